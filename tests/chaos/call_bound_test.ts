import assert from "node:assert/strict";
import { createCallBound } from "./call_bound.ts";

Deno.test("calls are allowed by batch: at each mark, for each new leader, and once a second for newcomers", () => {
  const bound = createCallBound({ tickers: 51, now: 12_000, calls: 7, epochs: 1 });
  assert.equal(bound.most({ now: 14_999, epochs: 1 }), 2, "the mark under way");
  assert.equal(bound.most({ now: 15_000, epochs: 1 }), 4);
  assert.equal(bound.most({ now: 72_000, epochs: 1 }), 2 * 13);
  assert.equal(bound.most({ now: 15_000, epochs: 3 }), 8);
  bound.wasStale(600);
  bound.wasStale(600);
  assert.equal(bound.most({ now: 15_000, epochs: 1 }), 8);
  assert.equal(bound.made(10), 3);
});
