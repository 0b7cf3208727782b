import assert from "node:assert/strict";
import { parseTicker, type Ticker } from "../quote.ts";
import { findAddable, findSecurity, readSymbol } from "./find_security.ts";

const tickers = tickerSet("BRK.B BF.A AAPL ARAB META FISV");
const securities = {
  find: (ticker: Ticker) =>
    tickers.has(ticker)
      ? { ticker, name: ticker, exchange: "NYSE", market: "us" as const }
      : undefined,
  isPriceable: (ticker: Ticker) => tickers.has(ticker) && ticker !== "BF.A",
};

function tickerSet(texts: string): Set<Ticker> {
  return new Set(texts.split(" ").map((text) => parseTicker(text)!));
}

function read(text: string, listed: string): string {
  const isListed = (ticker: Ticker) => tickerSet(listed).has(ticker);
  const reading = readSymbol(text, isListed);
  return reading.kind === "found" ? reading.ticker : reading.kind;
}

Deno.test("every usual spelling of a class of shares is understood", () => {
  for (
    const text of ["BRK.B", "BRK-B", "BRK/B", "BRKB", "BRK B", "$BRK.B", " brk-b ", "ＢＲＫ．Ｂ"]
  ) {
    assert.equal(findSecurity(securities, text).ticker, "BRK.B", text);
    assert.equal(findAddable(securities, text).ticker, "BRK.B", text);
  }
  for (
    const text of ["BRK_B", "BRK–B", "\u200bBRK.B", "NYSE: BRK.B", "BRKb.N", "BRK/B UN Equity"]
  ) {
    assert.equal(findSecurity(securities, text).ticker, "BRK.B", text);
  }
});

Deno.test("an exchange before or after the ticker is understood by its common names", () => {
  const texts = [
    "NASDAQ:AAPL nasdaq:aapl XNAS:AAPL NasdaqGS:AAPL AAPL:NASDAQ AAPL:US AAPL.US AAPL-US AAPL@NASDAQ US.AAPL",
    "AAPL.O AAPL.OQ aapl.o AAPL.XNAS NYSE:AAPL",
  ].join(" ").split(" ");
  const withBlanks = ["AAPL US", "aapl us", "AAPL US Equity", "AAPL UW Equity", "AAPL NASDAQ"];
  for (const text of [...texts, ...withBlanks, "NASDAQ : AAPL", "Nasdaq: AAPL"]) {
    assert.equal(findSecurity(securities, text).ticker, "AAPL", text);
  }
  for (const text of ["NYSEARCA", "ARCX", "PCX", "AMEX", "NYSE Arca", "BATS", "ARCA"]) {
    assert.equal(read(`${text}:SPY`, "SPY"), "SPY", text);
    assert.equal(read(`SPY:${text}`, "SPY"), "SPY", text);
  }
});

Deno.test("a ticker of an exchange that is not ours is not found", () => {
  for (
    const text of ["LON:AAPL", "AAPL:LON", "LON:NYSE:AAPL", ":AAPL", "AAPL:", "AAPL LN Equity"]
  ) {
    assert.equal(read(text, "AAPL"), "other_exchange", text);
  }
  for (const text of ["AAPL.L", "AAPL.TO", "AAPL LN", "AAPL UA"]) {
    assert.equal(read(text, "AAPL"), "unknown", text);
  }
});

Deno.test("the name of an exchange may be a ticker", () => {
  assert.equal(read("CBOE", "CBOE"), "CBOE");
  assert.equal(read("CBOE:CBOE", "CBOE"), "CBOE");
  assert.equal(read("BATS:CBOE", "CBOE"), "CBOE");
  assert.equal(read("CBOE:BATS", "CBOE"), "CBOE");
});

Deno.test("a preferred share is found in the spelling of any program, and is not taken for a common share", () => {
  const texts = ["BACpL", "BAC-PL", "BAC/PL", "BAC^L", "BAC.PRL", "BAC PRL", "BAC PR L", "BACPRL"];
  for (const listed of ["BAC.PRL", "BAC-PL", "BAC-PRL", "BAC.PL"]) {
    for (const text of texts) assert.equal(read(text, `BAC ${listed} BACPL`), listed, text);
  }
  assert.equal(read("BACpL", "BAC BACPL"), "BACPL");
  assert.equal(read("BACPL", "BACPL BAC-PL"), "BACPL");
  for (const text of texts) assert.equal(read(text, "BAC"), "unknown", text);
  assert.equal(read("AM-PB", "AMPB AM"), "unknown");
});

Deno.test("a dash is found for a dot, as the provider lists it", () => {
  for (const text of ["BRK.B", "BRK/B", "BRKB", "brk b"]) {
    assert.equal(read(text, "BRK-B"), "BRK-B", text);
  }
  assert.equal(read("BRK-B", "BRK.B BRK-B"), "BRK-B");
  assert.equal(read("BRK.B", "BRK.B BRK-B"), "BRK.B");
});

Deno.test("the text as written comes first: ARAB is a ticker and not class B of ARA", () => {
  assert.equal(findSecurity(securities, "ARAB").ticker, "ARAB");
  assert.equal(findSecurity(securities, "$aapl").ticker, "AAPL");
  assert.equal(read("AAPL.US", "AAPL AAPL.US"), "AAPL.US");
});

Deno.test("a former ticker finds the present one, and the result says so", () => {
  for (const text of ["FB", "fb", "$FB", "NASDAQ:FB", "FB US Equity", "FB.O"]) {
    const { ticker, formerTicker } = findAddable(securities, text);
    assert.deepEqual([ticker, formerTicker], ["META", "FB"], text);
  }
  assert.equal("formerTicker" in findSecurity(securities, "META"), false);
  assert.equal(read("FI", "FISV FI"), "FI");
  assert.equal(read("SQ", "AAPL"), "unknown");
});

Deno.test("a company that is not listed any more has a reason", () => {
  assert.throws(() => findSecurity(securities, "$twtr"), {
    code: "unknown_ticker",
    message: "TWTR has no successor: Twitter was taken private in 2022.",
  });
});

Deno.test("an unknown security, or one that cannot be priced, is an error", () => {
  for (
    const text of [
      "",
      "BRK",
      "BRK..B",
      "AAPL B C",
      "x".repeat(10_000),
      "BRK-B-C",
      `AAPL${" ".repeat(70)}x`,
    ]
  ) {
    assert.throws(() => findSecurity(securities, text), { code: "unknown_ticker" }, text);
  }
  assert.throws(() => findAddable(securities, "BF-A"), { code: "unknown_ticker" });
});
