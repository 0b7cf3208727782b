import assert from "node:assert/strict";
import fc from "fast-check";
import { parseTicker } from "../quote.ts";
import { createSearchIndex } from "./search/index.ts";
import { keysAStepMax, namesAStepMax, runAtOnce, sortInSteps, type Steps } from "./steps.ts";

Deno.test("sorting in steps gives what sorting at once gives, equal items in their order", () => {
  const item = fc.record({ key: fc.nat(200), at: fc.nat() });
  fc.assert(
    fc.property(fc.array(item, { minLength: 0, maxLength: 5_000, size: "max" }), (items) => {
      const sorted = runAtOnce(sortInSteps(items, (a, b) => a.key < b.key));
      assert.deepEqual(sorted, items.toSorted((a, b) => a.key - b.key));
    }),
    { numRuns: 30 },
  );
});

Deno.test("no step of an index reads more than 500 names, whatever the number of names", () => {
  let reads = 0;
  const listings = Array.from({ length: 20_500 }, (_, at) => ({
    security: {
      ticker: parseTicker(`T${at}`)!,
      exchange: "NYSE",
      market: "us" as const,
      get name() {
        reads++;
        return `Company ${at} Nr${at} Inc.`;
      },
    },
    aliases: [],
  }));
  const perStep = countedSteps(createSearchIndex(listings), () => reads);
  assert.equal(Math.max(...perStep), namesAStepMax);
  assert.ok(perStep.length > 100, `${perStep.length} steps`);
});

Deno.test("no step of a sort compares more often than a sorted step needs", () => {
  let comparisons = 0;
  const items = Array.from({ length: 50_000 }, (_, at) => (at * 7_919) % 50_000);
  const isBefore = (a: number, b: number) => (comparisons++, a < b);
  const perStep = countedSteps(sortInSteps(items, isBefore), () => comparisons);
  // A run of 500 items takes about 9 comparisons of each, and each comparison may look both ways.
  assert.ok(Math.max(...perStep) <= Math.max(keysAStepMax, namesAStepMax * 22), `${perStep}`);
});

/** How much the count grows in each step. */
function countedSteps(steps: Steps<unknown>, count: () => number): number[] {
  const grown: number[] = [];
  let before = count();
  for (let isDone = false; !isDone; before = count()) {
    isDone = steps.next().done ?? false;
    grown.push(count() - before);
  }
  return grown;
}
