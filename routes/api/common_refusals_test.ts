import assert from "node:assert/strict";
import { addCommonRefusals, type ApiDocument } from "./common_refusals.ts";

type Paths = NonNullable<ApiDocument["paths"]>;

/** The statuses of an only route, with the descriptions of its refusals. */
function documented(item: Paths[string]): Record<string, string | undefined> {
  const document = { openapi: "3.1.0", info: { title: "", version: "" }, paths: { "/": item } };
  addCommonRefusals(document);
  const { responses = {} } = Object.values(item)[0];
  return Object.fromEntries(
    Object.entries<{ description: string }>(responses).map(([status, { description }]) => [
      status,
      description.replace(/: [A-Z].*?\./g, ""),
    ]),
  );
}

const responses = { 200: { description: "Done" } };

Deno.test("reading what is public has no common refusal", () => {
  assert.deepEqual(documented({ get: { responses } }), { 200: "Done" });
});

Deno.test("a route behind the guard can answer that the store is unavailable", () => {
  assert.equal(documented({ get: { responses, security: [] } })[503], "`unavailable`");
});

Deno.test("a change is refused to other sites' pages", () => {
  assert.deepEqual(documented({ delete: { responses } }), {
    200: "Done",
    403: "`forbidden_origin`",
  });
});

Deno.test("a JSON body has a refusal for its size, its syntax and its type, a text only for its size", () => {
  const withBody = (type: string) =>
    documented({
      post: { responses: { ...responses }, requestBody: { content: { [type]: {} } } },
    });
  assert.deepEqual(Object.keys(withBody("application/json")), ["200", "400", "403", "413", "415"]);
  assert.deepEqual(Object.keys(withBody("text/plain")), ["200", "403", "413"]);
});

Deno.test("a route's own refusal of the same status stays, and none stands twice", () => {
  const own = "`invalid_body`: Not this.";
  const { 400: both, 503: once } = documented({
    post: {
      responses: { 400: { description: own }, 503: { description: "`unavailable`: Later." } },
      requestBody: { content: { "application/json": {} } },
      security: [],
    },
  });
  assert.equal(both, "`invalid_body` `bad_request`");
  assert.equal(once, "`unavailable`");
});
