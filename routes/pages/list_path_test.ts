import assert from "node:assert/strict";
import { arrangePath, listPath } from "./list_path.ts";

Deno.test("the first list needs no name, another one stands in the query", () => {
  assert.equal(listPath("first"), "/watchlist");
  assert.equal(listPath("l2"), "/watchlist?list=l2");
  assert.equal(arrangePath("l2"), "/watchlist/arrange?list=l2");
});

Deno.test("an id cannot end the query", () => {
  assert.equal(listPath("a&export=csv"), "/watchlist?list=a%26export%3Dcsv");
  assert.equal(arrangePath("a#b"), "/watchlist/arrange?list=a%23b");
});
