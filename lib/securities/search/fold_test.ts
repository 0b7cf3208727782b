import assert from "node:assert/strict";
import { foldTicker, foldWords, withoutLegalForm } from "./fold.ts";

Deno.test("case, accents, widths and apostrophes make no difference", () => {
  assert.deepEqual(foldWords("Nestlé S.A."), ["nestle", "s", "a"]);
  assert.deepEqual(foldWords("ＡＰＰＬＥ"), ["apple"]);
  assert.deepEqual(foldWords("McDonald’s"), ["mcdonalds"]);
  assert.deepEqual(foldWords("AT&T"), ["at", "t"]);
});

Deno.test("articles are removed, unless there are only articles", () => {
  assert.deepEqual(foldWords("The Procter and Gamble"), ["procter", "gamble"]);
  assert.deepEqual(foldWords("the"), ["the"]);
});

Deno.test("a text without a letter or digit has no words", () => {
  for (const text of ["", "  ", "&!?", "🙂", "\ud800", "\u0000\u0007"]) {
    assert.deepEqual(foldWords(text), []);
  }
});

Deno.test("the legal form and the share class are removed at the end only, and never the whole name", () => {
  assert.deepEqual(withoutLegalForm(["alphabet", "inc", "class", "a"]), ["alphabet"]);
  assert.deepEqual(withoutLegalForm(["ford", "motor", "company"]), ["ford", "motor"]);
  assert.deepEqual(withoutLegalForm(["group", "one", "inc"]), ["group", "one"]);
  assert.deepEqual(withoutLegalForm(["group"]), ["group"]);
});

Deno.test("a share class may have any separator", () => {
  for (const text of ["BRK.B", "brk-b", "BRK/B", "brk b", "$BRK.B", "BRK_B ", "ＢＲＫ．Ｂ"]) {
    assert.equal(foldTicker(text), "brk.b", text);
  }
});

Deno.test("a text with other signs is not a ticker", () => {
  for (const text of ["AT&T", "", "$", ".", "é!", "日本"]) {
    assert.equal(foldTicker(text), undefined);
  }
});
