import assert from "node:assert/strict";
import { createRoute, z } from "@hono/zod-openapi";
import { createTestApp } from "../app_fixtures.ts";
import { createPartClient } from "../client_fixtures.ts";
import { body, createApi, json, refusal, signedIn } from "./api.ts";

/** A part with one route, which answers the text that it is sent. */
function echo(schema: z.ZodType<{ text: string }>) {
  const api = createApi();
  const route = createRoute({
    method: "post",
    path: "/",
    request: { body: body(schema), query: z.object({ times: z.coerce.number().optional() }) },
    responses: { 200: json(schema, "The same") },
  });
  api.openapi(route, (c) => c.json(c.req.valid("json"), 200));
  return createPartClient(api);
}

Deno.test("members that a route does not know are ignored", async () => {
  const request = echo(z.object({ text: z.string() }));
  const { json } = await request("/", { json: { text: "a", more: 1 } });
  assert.deepEqual(json, { text: "a" });
});

Deno.test("a fault names its field, in the body and in the query", async () => {
  const request = echo(z.object({ text: z.string("Give a text.") }));
  const inBody = await request("/", { json: {} });
  assert.deepEqual([inBody.status, inBody.json.code], [400, "invalid_body"]);
  assert.equal(inBody.json.detail, "text: Give a text.");
  const inQuery = await request("/?times=x", { json: { text: "a" } });
  assert.deepEqual([inQuery.status, inQuery.json.code], [400, "invalid_query"]);
  assert.match(inQuery.json.detail, /^times: /);
});

Deno.test("the text of a fault stays short, however long the client's names are", async () => {
  const name = "x".repeat(10_000);
  const request = echo(
    z.looseObject({ text: z.string() }).superRefine((_, context) => {
      context.addIssue({ code: "custom", path: [name], message: name });
    }),
  );
  const { json } = await request("/", { json: { text: "a" } });
  assert.equal(json.detail.length, 100 + ": ".length + 200);
});

Deno.test("a refusal is documented by each code that it may carry, with its text", () => {
  const { description } = refusal("not_on_list", "unknown_list");
  assert.equal(
    description,
    "`not_on_list`: That ticker is not on the list. `unknown_list`: There is no such list.",
  );
});

Deno.test("the guard of a route names a security scheme of the document", async () => {
  await using app = await createTestApp();
  const { middleware, security } = signedIn(app.deps);
  assert.equal(typeof middleware, "function");
  const { json } = await app.request("/api/openapi.json");
  const [scheme = ""] = Object.keys(security[0] ?? {});
  assert.equal(json.components.securitySchemes[scheme].type, "http");
});
