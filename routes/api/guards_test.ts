import assert from "node:assert/strict";
import { createTestApp } from "../app_fixtures.ts";
import { createPartClient } from "../client_fixtures.ts";
import { accountApi } from "./account.ts";
import { firstListApi, listsApi } from "./lists/lists.ts";
import { sessionsApi } from "./sessions.ts";
import { userApi } from "./user.ts";

const parts = { accountApi, firstListApi, listsApi, sessionsApi, userApi };

for (const [name, createPart] of Object.entries(parts)) {
  Deno.test(`${name}: each route that needs a sign-in refuses strangers, whatever is mounted beside it`, async () => {
    await using fixture = await createTestApp();
    const part = createPart(fixture.deps);
    const request = createPartClient(part);
    const { paths = {} } = part.getOpenAPI31Document({
      openapi: "3.1.0",
      info: { title: "", version: "" },
    });
    let guarded = 0;
    for (const [path, operations] of Object.entries(paths)) {
      for (const [method, { security }] of Object.entries(operations)) {
        if (!security) continue;
        guarded++;
        const answer = await request(path.replaceAll(/\{\w+\}/g, "x"), {
          method: method.toUpperCase(),
          ...(method === "get" || method === "delete" ? {} : { json: {} }),
        });
        assert.equal(answer.status, 401, `${method} ${path}`);
        assert.equal(answer.json.code, "invalid_token");
      }
    }
    assert.ok(guarded > 0);
  });
}
