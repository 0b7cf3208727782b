import assert from "node:assert/strict";
import { listNameLengthMax, parseListName } from "./watchlist.ts";

Deno.test("a list's name is trimmed and normalized", () => {
  assert.equal(parseListName("  Chips and bonds \n"), "Chips and bonds");
  assert.equal(parseListName("Cafe\u0301"), "Caf\u00e9");
});

Deno.test("a list's name has at most 60 code points, also if they need more UTF-16 units", () => {
  assert.equal(parseListName("😀".repeat(listNameLengthMax)), "😀".repeat(listNameLengthMax));
  assert.equal(parseListName("😀".repeat(listNameLengthMax + 1)), undefined);
  assert.equal(parseListName("e\u0301".repeat(listNameLengthMax))?.length, listNameLengthMax);
});

Deno.test("a name without a visible character, or with a line break, is refused", () => {
  for (const text of ["", "  ", "\u200b", "a\nb", "a\u0000", "a\u2028b", "\ud800"]) {
    assert.equal(parseListName(text), undefined, JSON.stringify(text));
  }
});

Deno.test("a text of more than 1,000 characters is refused, even if most of them are blanks", () => {
  assert.equal(parseListName("x".padEnd(1_000)), "x");
  assert.equal(parseListName("x".padEnd(1_001)), undefined);
});
