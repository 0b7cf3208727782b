import assert from "node:assert/strict";
import { parseTicker } from "../quote.ts";
import { exchangeNames } from "./exchanges.ts";
import { readUniverse } from "./universe.ts";

const { asOf, listings } = readUniverse();
const tickers = listings.map(({ security }) => security.ticker as string);

Deno.test("universe.json contains at least 600 securities, each once", () => {
  assert.ok(listings.length >= 600);
  assert.equal(new Set(tickers).size, tickers.length);
});

Deno.test("each security has a ticker in our spelling, a name and a known exchange", () => {
  for (const { security: { ticker, name, exchange }, aliases } of listings) {
    assert.equal(parseTicker(ticker), ticker);
    assert.ok(name.trim() === name && name.length > 1, ticker);
    assert.ok(exchangeNames.includes(exchange), ticker);
    assert.ok(aliases.every((alias) => alias.trim() === alias && alias !== ""), ticker);
    assert.equal(new Set(aliases).size, aliases.length, ticker);
  }
});

Deno.test("share classes are written with a dot", () => {
  for (const ticker of ["BRK.A", "BRK.B", "BF.A", "BF.B"]) assert.ok(tickers.includes(ticker));
  assert.deepEqual(tickers.filter((ticker) => ticker.includes("-")), []);
});

Deno.test("funds are distinguished from shares, and all are priced in dollars", () => {
  const kinds = new Map(listings.map(({ security }) => [security.ticker as string, security.kind]));
  for (const fund of ["SPY", "QQQ", "TQQQ", "GLD", "FBTC", "VXX"]) {
    assert.equal(kinds.get(fund), "fund", fund);
  }
  for (const share of ["AAPL", "CBOE", "NTRS", "IVZ", "VNO", "DLR"]) {
    assert.equal(kinds.get(share), "share", share);
  }
  assert.ok(listings.every(({ security }) => security.currency === "USD"));
});

Deno.test("the day of the file is a real date", () => {
  assert.match(asOf, /^\d{4}-\d{2}-\d{2}$/);
  assert.equal(new Date(`${asOf}T00:00:00Z`).toISOString().slice(0, 10), asOf);
});

Deno.test("well-known securities are among the first 200", () => {
  const first = new Set(tickers.slice(0, 200));
  const obvious =
    "AAPL NVDA TSLA MSFT AMZN GOOGL GOOG META AMD NFLX BRK.B JPM V MA WMT KO PEP DIS BA F GM GE T XOM CVX JNJ PFE PG HD MCD NKE COST INTC CSCO ORCL CRM BAC C WFC PLTR COIN SOFI RIVN GME AMC HOOD SNOW NIO BABA TSM ASML NVO SHOP SPOT ARM MSTR RKLB UBER PYPL SPY IVV VOO VTI QQQ VEA VTV BND AGG IWM GLD";
  assert.deepEqual(obvious.split(" ").filter((ticker) => !first.has(ticker)), []);
});

Deno.test("renamed companies have their present ticker", () => {
  for (
    const former of ["FB", "SQ", "TWTR", "ATVI", "PARA", "HES", "ANSS", "WBA", "JNPR", "DFS", "FI"]
  ) {
    assert.ok(!tickers.includes(former), former);
  }
});
