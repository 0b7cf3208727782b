import assert from "node:assert/strict";
import fc from "fast-check";
import { createSpelling, editDistance, tickerSlips } from "./spelling.ts";

const words = ["apple", "microsoft", "boeing", "visa", "starbucks", "amazon", "gap", "2000"];
const closeTo = createSpelling(words);

function spellings(word: string): string[] {
  return closeTo(word).map((close) => close.word);
}

Deno.test("one letter swapped, left out, added or replaced leads to the word meant", () => {
  for (const typed of ["mircosoft", "mcrosoft", "micrrosoft", "microsaft"]) {
    assert.deepEqual(spellings(typed), ["microsoft"], typed);
  }
  assert.deepEqual(spellings("vsia"), ["visa"]);
});

Deno.test("two errors are forgiven in long words only", () => {
  assert.deepEqual(spellings("strbuckz"), ["starbucks"]);
  assert.deepEqual(spellings("apxxe"), []);
});

Deno.test("short words and numbers are not guessed", () => {
  assert.deepEqual(spellings("gpa"), []);
  assert.deepEqual(spellings("2001"), []);
});

Deno.test("a word is no misspelling of itself, and closer words come first", () => {
  assert.deepEqual(spellings("apple"), []);
  const close = createSpelling(["microsofa", "microsofty"])("microsoft");
  assert.deepEqual(close.map(({ edits }) => edits), [1, 1]);
  const graded = createSpelling(["starburst", "starbucks"])("starbuckt");
  assert.equal(graded[0]?.word, "starbucks");
});

Deno.test("the distance counts swapped neighbours once and goes both ways", () => {
  assert.equal(editDistance("nvdia", "nvidia"), 1);
  assert.equal(editDistance("fodr", "ford"), 1);
  assert.equal(editDistance("", "abc"), 3);
  fc.assert(fc.property(fc.string(), fc.string(), (a, b) => {
    const edits = editDistance(a, b);
    assert.equal(edits, editDistance(b, a));
    assert.equal(edits === 0, a === b);
    assert.ok(edits >= Math.abs(a.length - b.length) && edits <= Math.max(a.length, b.length));
  }));
});

Deno.test("a mistyped ticker has few slips, and none is a replaced letter", () => {
  assert.ok(tickerSlips("mstf").includes("msft"));
  assert.ok(tickerSlips("gogl").includes("googl"));
  assert.ok(tickerSlips("msfft").includes("msft"));
  assert.ok(tickerSlips("uhn").includes("unh"));
  assert.ok(!tickerSlips("msft").includes("mslt"));
  assert.deepEqual(tickerSlips("a".repeat(64)), []);
  assert.deepEqual(tickerSlips("v"), []);
});

Deno.test("a word much longer than every known one is close to none, and is not compared with any", () => {
  const closeTo = createSpelling(["microsoft"]);
  assert.deepEqual(closeTo("microsofttt").map(({ word }) => word), ["microsoft"]);
  assert.deepEqual(closeTo("microsoftttt"), []);
  assert.deepEqual(closeTo("m".repeat(100_000)), []);
});
