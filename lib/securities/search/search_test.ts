// Checks the rules for the results of any query, with invented listings. queries_test.ts has real queries.

import assert from "node:assert/strict";
import fc from "fast-check";
import { parseTicker } from "../../quote.ts";
import { createSecurities } from "../create_securities.ts";
import { createSearch } from "./search.ts";
import { createSearchIndex, type Listing } from "./index.ts";
import { runAtOnce } from "../steps.ts";

function listing(text: string, name: string, ...aliases: string[]): Listing {
  const ticker = parseTicker(text);
  assert.ok(ticker);
  return { security: { ticker, name, exchange: "NYSE", market: "us" as const }, aliases };
}

function tickersOver(...listings: Listing[]): (query: string, limit?: number) => string[] {
  const search = createSearch(listings, runAtOnce(createSearchIndex(listings)));
  return (query, limit = 10) => search(query, limit).map(({ ticker }) => ticker);
}

Deno.test("the order is: the exact ticker, longer tickers, names, typing errors", () => {
  const tickers = tickersOver(
    listing("XZ", "Core Materials Inc."),
    listing("CORES", "Nothing Alike Inc."),
    listing("CORE", "Entirely Else Inc."),
  );
  assert.deepEqual(tickers("core"), ["CORE", "CORES", "XZ"]);
  assert.deepEqual(tickers("entirley"), ["CORE"]);
});

Deno.test("the order is: a whole name, the start of a name, a later word of a name", () => {
  const tickers = tickersOver(
    listing("A", "Grand Target Inc."),
    listing("B", "Target Hospitality Corp."),
    listing("C", "Target Corporation"),
  );
  assert.deepEqual(tickers("target"), ["C", "B", "A"]);
});

Deno.test("among equal matches the most watched comes first", () => {
  const tickers = tickersOver(
    listing("ZZ", "United Zinc Inc."),
    listing("AA", "United Apples Inc."),
    listing("MM", "United Mills Inc."),
  );
  assert.deepEqual(tickers("united"), ["ZZ", "AA", "MM"]);
  assert.deepEqual(tickers("untied"), ["ZZ", "AA", "MM"]);
  assert.deepEqual(tickers("united", 2), ["ZZ", "AA"]);
});

Deno.test("no typing error is assumed if a ticker or a whole name matches", () => {
  const tickers = tickersOver(listing("NET", "Boxed Inc."), listing("B", "Foxed Inc."));
  assert.deepEqual(tickers("boxed"), ["NET"]);
});

Deno.test("BRKB finds the ticker BRKB first, then BRK.B", () => {
  const tickers = tickersOver(listing("BRK.B", "Berkshire"), listing("BRKB", "Brook Bay"));
  assert.equal(tickers("BRKB")[0], "BRKB");
  assert.equal(tickers("brk b")[0], "BRK.B");
});

Deno.test("a present ticker comes before the same former ticker of another company", () => {
  const renamed = listing("META", "Meta Platforms, Inc.", "FB");
  assert.deepEqual(tickersOver(renamed)("fb"), ["META"]);
  assert.deepEqual(tickersOver(renamed, listing("FB", "Fine Bread"))("fb"), ["FB", "META"]);
});

Deno.test("several tickers in one query are the first results, in their order, each with its former ticker", () => {
  const found = (query: string, limit = 10) =>
    securities.search(query, limit).map(({ ticker, formerTicker }) =>
      formerTicker ? `${ticker} was ${formerTicker}` : ticker
    );
  assert.deepEqual(found("msft aapl"), ["MSFT", "AAPL"]);
  assert.deepEqual(found("MSFT, FB; $AAPL"), ["MSFT", "META was FB", "AAPL"]);
  assert.deepEqual(found("META, was FB"), ["META was FB"]);
  assert.deepEqual(found("META, was FB", 1), ["META was FB"]);
  const known = securities.tickers().filter((ticker) => /^[A-Z]{1,2}$/.test(ticker)).slice(0, 20);
  assert.deepEqual(found(known.join(","), 50).slice(0, 16), known.slice(0, 16));
});

Deno.test("a fund whose other name is that of a company comes after the company", () => {
  const fund = listing("GLD", "Metal Shares", "Gold");
  const funds = { ...fund, security: { ...fund.security, kind: "fund" as const } };
  assert.deepEqual(tickersOver(funds, listing("AU", "Gold Inc."))("gold"), ["AU", "GLD"]);
});

Deno.test("a query is cut at 64 characters", () => {
  const tickers = tickersOver(listing("A", "Apple"));
  assert.deepEqual(tickers(`apple${" ".repeat(80)}zzzzzz`), ["A"]);
  assert.deepEqual(tickers(`${" ".repeat(80)}apple`), ["A"]);
});

Deno.test("a blank query, or a limit of 0 or less, has no results", () => {
  const tickers = tickersOver(listing("A", "Apple"));
  for (const query of ["", " ", "\t\n", "&"]) assert.deepEqual(tickers(query), []);
  for (const limit of [0, -1, NaN]) assert.deepEqual(tickers("apple", limit), []);
  assert.deepEqual(tickersOver()("apple"), []);
});

const securities = createSecurities();

Deno.test("each security is found first by its own ticker", () => {
  for (const ticker of securities.tickers()) {
    assert.equal(securities.search(ticker, 1)[0]?.ticker, ticker);
    assert.equal(securities.search(` ${ticker.toLowerCase()}`, 1)[0]?.ticker, ticker);
  }
});

Deno.test("each security is found by its own name", () => {
  for (const ticker of securities.tickers()) {
    const name = securities.find(ticker)?.name ?? "";
    const found = securities.search(name, 10).map((security) => security.ticker);
    assert.ok(found.includes(ticker), `${name} found ${found.join(" ")}`);
  }
});

const typed = fc.oneof(
  fc.string({ maxLength: 80 }),
  fc.string({ unit: "binary", maxLength: 80 }),
  fc.string({
    unit: fc.constantFrom("a", "b", " ", ".", "-", "&", "\ud800", "é", "ﷺ", "🙂"),
    maxLength: 80,
  }),
  fc.constantFrom(...securities.tickers().flatMap((ticker) => securities.find(ticker)?.name ?? [])),
);

Deno.test("any query has at most `limit` results, each once, and only securities that can be priced", () => {
  fc.assert(fc.property(typed, fc.integer({ min: 0, max: 50 }), (query, limit) => {
    const found = securities.search(query, limit);
    assert.ok(found.length <= limit);
    assert.equal(new Set(found).size, found.length);
    for (const { ticker } of found) assert.ok(securities.isPriceable(ticker));
  }));
});

Deno.test("a smaller limit returns the first results of a larger limit", () => {
  fc.assert(fc.property(typed, fc.integer({ min: 1, max: 9 }), (query, limit) => {
    const more = securities.search(query, 10);
    assert.deepEqual(securities.search(query, limit), more.slice(0, limit));
  }));
});

const anyTicker = fc.stringMatching(/^[A-Z0-9][A-Z0-9.\-]{0,5}$/);

Deno.test("any ticker, with any signs in it, is the first result for itself", () => {
  fc.assert(fc.property(fc.uniqueArray(anyTicker, { maxLength: 20 }), (texts) => {
    const tickers = tickersOver(...texts.map((text) => listing(text, `Company ${text}`)));
    for (const text of texts) assert.equal(tickers(text)[0], text);
  }));
});
