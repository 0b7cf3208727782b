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

Deno.test("any word has as corrections exactly the known words within its number of edits", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 4, maxLength: 10 });
  fc.assert(fc.property(fc.uniqueArray(word, { maxLength: 60 }), word, (known, typed) => {
    const editsMax = typed.length < 8 ? 1 : 2;
    const expected = known
      .map((other) => ({ word: other, edits: plainDistance(typed, other) }))
      .filter(({ edits }) => edits > 0 && edits <= editsMax);
    const found = runAtOnce(createSpelling(known))(typed);
    const inOrder = (close: { word: string }, other: { word: string }) =>
      close.word < other.word ? -1 : 1;
    fc.pre(expected.length <= 32);
    assert.deepEqual(found.toSorted(inOrder), expected.toSorted(inOrder));
  }));
});

/** The definition, without any saving. */
function plainDistance(a: string, b: string): number {
  if (a === "" || b === "") return a.length + b.length;
  const [restA, restB] = [a.slice(1), b.slice(1)];
  if (a[0] === b[0]) return plainDistance(restA, restB);
  const isSwapped = a.length > 1 && b.length > 1 && a[0] === b[1] && a[1] === b[0];
  if (Math.abs(a.length - b.length) > 3) return Infinity;
  return 1 + Math.min(
    plainDistance(restA, b),
    plainDistance(a, restB),
    plainDistance(restA, restB),
    isSwapped ? plainDistance(a.slice(2), b.slice(2)) : Infinity,
  );
}

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
