import assert from "node:assert/strict";
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Deps } from "../../lib/deps.ts";
import { accountRoutes } from "./account.ts";
import { createTestApp } from "../app_fixtures.ts";
import { authRoutes } from "./auth.ts";
import { errorHandler } from "../middleware/errors.ts";
import type { Env } from "../middleware/http.ts";
import { listFileRoutes } from "./lists/files.ts";
import { listRoutes } from "./lists/lists.ts";
import { watchlistRoutes } from "./lists/items.ts";

const groups = { accountRoutes, authRoutes, listFileRoutes, listRoutes, watchlistRoutes };

for (const [name, register] of Object.entries(groups)) {
  Deno.test(`${name}: each route that needs a sign-in refuses strangers, whatever is mounted beside it`, async () => {
    await using fixture = await createTestApp();
    const app = mountedAlone(register, fixture.deps);
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

function mountedAlone(register: (app: OpenAPIHono<Env>, deps: Deps) => void, deps: Deps) {
  const app = new OpenAPIHono<Env>();
  register(app, deps);
  app.onError(errorHandler(deps));
  return app;
}
