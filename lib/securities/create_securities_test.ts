import assert from "node:assert/strict";
import { parseTicker, type Ticker } from "../quote.ts";
import { createSecurities } from "./create_securities.ts";
import type { Listing } from "./search_index.ts";

function ticker(text: string): Ticker {
  const parsed = parseTicker(text);
  assert.ok(parsed);
  return parsed;
}

function listing(text: string, name: string, ...aliases: string[]): Listing {
  return { security: { ticker: ticker(text), name, exchange: "NYSE" }, aliases };
}

function entry(text: string, name: string, priceable = true) {
  return { ticker: ticker(text), name, priceable };
}

const file = [listing("KO", "The Coca-Cola Company", "Coke"), listing("PEP", "PepsiCo, Inc.")];

Deno.test("without a source's list, all securities of the file can be priced", () => {
  const securities = createSecurities(file);
  assert.deepEqual(securities.tickers(), ["KO", "PEP"]);
  assert.ok(securities.isPriceable(ticker("PEP")));
  assert.equal(securities.isPriceable(ticker("NONE")), false);
  assert.equal(securities.find(ticker("NONE")), undefined);
});

Deno.test("a source's list decides which securities are searched; the names of the file have priority", () => {
  const securities = createSecurities(file);
  securities.merge([entry("NEW", "Newcomer plc"), entry("KO", "COCA COLA CO/THE")]);
  assert.deepEqual(securities.tickers(), ["KO", "NEW"]);
  const [found] = securities.search("coke", 10);
  assert.deepEqual(found, { ticker: "KO", name: "The Coca-Cola Company", exchange: "NYSE" });
  assert.deepEqual(securities.search("newcomer", 10), [
    { ticker: "NEW", name: "Newcomer plc", exchange: "" },
  ]);
  assert.deepEqual(securities.search("pepsico", 10), []);
  assert.equal(securities.isPriceable(ticker("PEP")), false);
});

Deno.test("a ticker keeps its name when its source no longer lists it", () => {
  const securities = createSecurities(file);
  securities.merge([entry("NEW", "Newcomer plc"), entry("KO", "Coca-Cola")]);
  securities.merge([entry("NEW", "Newcomer plc", false), entry("PEP", "PepsiCo")]);
  assert.deepEqual(securities.tickers(), ["PEP"]);
  assert.equal(securities.find(ticker("NEW"))?.name, "Newcomer plc");
  assert.equal(securities.find(ticker("KO"))?.name, "The Coca-Cola Company");
  securities.merge([entry("KO", "Coca-Cola")]);
  assert.deepEqual(securities.tickers(), ["KO"]);
});

Deno.test("when a source renames a security, the new name replaces the old one", () => {
  const securities = createSecurities(file);
  securities.merge([entry("NEW", "Newcomer plc")]);
  securities.merge([entry("NEW", "Oldtimer plc")]);
  assert.equal(securities.find(ticker("NEW"))?.name, "Oldtimer plc");
  assert.deepEqual(securities.search("newcomer", 10), []);
  assert.equal(securities.search("oldtimer", 10)[0]?.ticker, "NEW");
});

Deno.test("what a source's list tells of a security is added; the file's name, exchange and aliases stay", () => {
  const securities = createSecurities(file);
  securities.merge([
    { ...entry("KO", "COCA COLA CO/THE"), exchange: "XNYS", kind: "share", currency: "USD" },
    { ...entry("NEW", "New Fund"), exchange: "NASDAQ", kind: "fund", currency: "USD" },
  ]);
  assert.deepEqual(securities.search("coke", 10), [{
    ticker: "KO",
    name: "The Coca-Cola Company",
    exchange: "NYSE",
    kind: "share",
    currency: "USD",
  }]);
  assert.deepEqual(securities.search("new", 10), [
    { ticker: "NEW", name: "New Fund", exchange: "NASDAQ", kind: "fund", currency: "USD" },
  ]);
  securities.merge([{ ...entry("NEW", "New Fund"), exchange: "NYSE" }]);
  assert.equal(securities.search("new", 10)[0]?.exchange, "NYSE");
});

Deno.test("an empty list of a source changes nothing", () => {
  const securities = createSecurities(file);
  securities.merge([]);
  assert.deepEqual(securities.tickers(), ["KO", "PEP"]);
});

Deno.test("merging the same list again changes nothing", () => {
  const securities = createSecurities(file);
  const catalog = [entry("NEW", "Newcomer plc"), entry("KO", "Coca-Cola")];
  securities.merge(catalog);
  const before = securities.tickers();
  securities.merge(catalog);
  assert.equal(securities.tickers(), before);
});

Deno.test("the first 200 priceable securities are much watched", () => {
  const securities = createSecurities(
    Array.from({ length: 300 }, (_, at) => listing(`T${at}`, `Company ${at}`)),
  );
  assert.ok(securities.isMuchWatched(ticker("T199")));
  assert.equal(securities.isMuchWatched(ticker("T200")), false);
  securities.merge([entry("T250", "Company 250")]);
  assert.ok(securities.isMuchWatched(ticker("T250")));
  assert.equal(securities.isMuchWatched(ticker("T0")), false);
});
