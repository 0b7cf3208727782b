import assert from "node:assert/strict";
import fc from "fast-check";
import { createSpelling, editDistance, tickerCorrections } from "./spelling.ts";
import { runAtOnce } from "../steps.ts";

const words = ["apple", "microsoft", "boeing", "visa", "starbucks", "amazon", "gap", "2000"];
const closeTo = runAtOnce(createSpelling(words));

function spellings(word: string): string[] {
  return closeTo(word).map((close) => close.word);
}

Deno.test("one swapped, missing, extra or wrong letter is corrected", () => {
  for (const typed of ["mircosoft", "mcrosoft", "micrrosoft", "microsaft"]) {
    assert.deepEqual(spellings(typed), ["microsoft"], typed);
  }
  assert.deepEqual(spellings("vsia"), ["visa"]);
});

Deno.test("two errors are corrected in long words only", () => {
  assert.deepEqual(spellings("strbuckz"), ["starbucks"]);
  assert.deepEqual(spellings("apxxe"), []);
});

Deno.test("short words and numbers are not corrected", () => {
  assert.deepEqual(spellings("gpa"), []);
  assert.deepEqual(spellings("2001"), []);
});

Deno.test("a known word is not a correction of itself, and words with fewer edits come first", () => {
  assert.deepEqual(spellings("apple"), []);
  const close = runAtOnce(createSpelling(["microsofa", "microsofty"]))("microsoft");
  assert.deepEqual(close.map(({ edits }) => edits), [1, 1]);
  const graded = runAtOnce(createSpelling(["starburst", "starbucks"]))("starbuckt");
  assert.equal(graded[0]?.word, "starbucks");
});

Deno.test("the distance counts swapped neighbours as one edit, and is the same in both directions", () => {
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

Deno.test("swapped, missing and extra letters of a ticker are corrected, a replaced letter is not", () => {
  assert.ok(tickerCorrections("mstf").includes("msft"));
  assert.ok(tickerCorrections("gogl").includes("googl"));
  assert.ok(tickerCorrections("msfft").includes("msft"));
  assert.ok(tickerCorrections("uhn").includes("unh"));
  assert.ok(!tickerCorrections("msft").includes("mslt"));
  assert.deepEqual(tickerCorrections("a".repeat(64)), []);
  assert.deepEqual(tickerCorrections("v"), []);
});

Deno.test("a word that is much longer than all known words is not compared with them", () => {
  const closeTo = runAtOnce(createSpelling(["microsoft"]));
  assert.deepEqual(closeTo("microsofttt").map(({ word }) => word), ["microsoft"]);
  assert.deepEqual(closeTo("microsoftttt"), []);
  assert.deepEqual(closeTo("m".repeat(100_000)), []);
});
