import assert from "node:assert/strict";
import { createApi } from "./api.ts";
import { createSearchApi } from "./search_api.ts";

/** Answers each call from a queue of responses. */
function startSearch(...answers: Response[]) {
  const paths: string[] = [];
  const { search } = createSearchApi(createApi((input) => {
    paths.push(String(input));
    return Promise.resolve(answers.shift()!);
  }));
  return { search, paths };
}

Deno.test("a search requests a few securities and drops invalid ones", async () => {
  const { search, paths } = startSearch(
    Response.json([{ ticker: "AAPL", name: "Apple Inc.", exchange: "NASDAQ" }, { ticker: 3 }, 7]),
  );
  const found = await search("a&b", new AbortController().signal);
  assert.deepEqual(found, [{ ticker: "AAPL", name: "Apple Inc." }]);
  assert.deepEqual(paths, ["/api/securities?query=a%26b&limit=8"]);
});

Deno.test("a search without an answer differs from one without a match", async () => {
  const { search } = startSearch(new Response("", { status: 503 }), Response.json([]));
  const { signal } = new AbortController();
  assert.equal(await search("a", signal), undefined);
  assert.deepEqual(await search("a", signal), []);
});
