import assert from "node:assert/strict";
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Deps } from "../../lib/deps.ts";
import { createTestApp } from "../app_fixtures.ts";
import type { Env } from "../env.ts";
import { errorHandler } from "../middleware/errors.ts";
import { problemResponse } from "../middleware/problem.ts";
import { accountApi } from "./account.ts";
import { firstListApi, listsApi } from "./lists/lists.ts";
import { sessionsApi } from "./sessions.ts";
import { userApi } from "./user.ts";

const parts = { accountApi, firstListApi, listsApi, sessionsApi, userApi };

for (const [name, createPart] of Object.entries(parts)) {
  Deno.test(`${name}: each route that needs a sign-in refuses strangers, whatever is mounted beside it`, async () => {
    await using fixture = await createTestApp();
    const app = mountedAlone(createPart(fixture.deps), fixture.deps);
    const { paths = {} } = app.getOpenAPI31Document({
      openapi: "3.1.0",
      info: { title: "", version: "" },
    });
    let guarded = 0;
    for (const [path, operations] of Object.entries(paths)) {
      for (const [method, { security }] of Object.entries(operations)) {
        if (!security) continue;
        guarded++;
        const json = method === "get" || method === "delete" ? {} : {
          body: "{}",
          headers: { "content-type": "application/json" },
        };
        const response = await app.request(path.replaceAll(/\{\w+\}/g, "x"), {
          method: method.toUpperCase(),
          ...json,
        });
        assert.equal(response.status, 401, `${method} ${path}`);
        assert.equal((await response.json()).code, "invalid_token");
      }
    }
    assert.ok(guarded > 0);
  });
}

function mountedAlone(part: OpenAPIHono<Env>, { log }: Deps) {
  const answer = (_: unknown, problem: Parameters<typeof problemResponse>[0]) =>
    problemResponse(problem);
  part.onError(errorHandler({ log, answer }));
  return part;
}
