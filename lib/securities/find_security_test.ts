import assert from "node:assert/strict";
import { parseTicker, type Ticker } from "../quote.ts";
import { findAddable, findSecurity, priceableTicker } from "./find_security.ts";

const tickers = new Set(["BRK.B", "BF.A", "AAPL", "ARAB"].map((text) => parseTicker(text)!));
const securities = {
  find: (ticker: Ticker) =>
    tickers.has(ticker) ? { ticker, name: ticker, exchange: "NYSE" } : undefined,
  isPriceable: (ticker: Ticker) => tickers.has(ticker) && ticker !== "BF.A",
};

Deno.test("every usual spelling of a class of shares is understood", () => {
  for (
    const text of ["BRK.B", "BRK-B", "BRK/B", "BRKB", "BRK B", "$BRK.B", " brk-b ", "ＢＲＫ．Ｂ"]
  ) {
    assert.equal(findSecurity(securities, text).ticker, "BRK.B", text);
    assert.equal(findAddable(securities, text).ticker, "BRK.B", text);
    assert.equal(priceableTicker(securities, text), "BRK.B", text);
  }
});

Deno.test("the text as written comes first: ARAB is a ticker and not class B of ARA", () => {
  assert.equal(findSecurity(securities, "ARAB").ticker, "ARAB");
  assert.equal(findSecurity(securities, "$aapl").ticker, "AAPL");
});

Deno.test("an unknown security, or one that cannot be priced, is an error", () => {
  for (const text of ["", "BRK", "BRK..B", "AAPL B C", "x".repeat(10_000), "BRK-B-C"]) {
    assert.throws(() => findSecurity(securities, text), { code: "unknown_ticker" }, text);
  }
  assert.throws(() => findAddable(securities, "BF-A"), { code: "unknown_ticker" });
});
