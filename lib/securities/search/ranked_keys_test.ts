import assert from "node:assert/strict";
import fc from "fast-check";
import { createRankedKeys, type RankedKey } from "./ranked_keys.ts";
import { runAtOnce } from "../steps.ts";

const entries = fc.array(
  fc.record({
    key: fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 4 }),
    rank: fc.nat(50),
  }),
  { maxLength: 60 },
);
const text = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 3 });

function ranksWhere(all: readonly RankedKey[], isWanted: (key: string) => boolean): number[] {
  return all.filter(({ key }) => isWanted(key)).map(({ rank }) => rank).sort((a, b) => a - b);
}

Deno.test("a prefix yields the ranks of all keys that start with it, smallest first", () => {
  fc.assert(fc.property(entries, text, (all, prefix) => {
    const keys = runAtOnce(createRankedKeys(all));
    const expected = ranksWhere(all, (key) => key.startsWith(prefix));
    assert.deepEqual([...keys.startingWith(prefix)], expected);
    assert.equal(keys.count(prefix), expected.length);
  }));
});

Deno.test("a whole key yields the ranks of that key only, smallest first", () => {
  fc.assert(fc.property(entries, text, (all, key) => {
    const expected = ranksWhere(all, (other) => other === key);
    assert.deepEqual([...runAtOnce(createRankedKeys(all)).equalTo(key)], expected);
  }));
});

Deno.test("the smallest ranks of 20,000 keys can be read without reading the others", () => {
  const count = 20_000;
  const all = Array.from(
    { length: count },
    (_, at) => ({ key: `k${at}`, rank: (at * 7_919) % count }),
  );
  const keys = runAtOnce(createRankedKeys(all));
  const best: number[] = [];
  for (const rank of keys.startingWith("k")) {
    best.push(rank);
    if (best.length === 5) break;
  }
  assert.deepEqual(best, [0, 1, 2, 3, 4]);
});
