import assert from "node:assert/strict";
import { parseTicker, type Ticker } from "../quote.ts";
import { createSecurities } from "./create_securities.ts";
import type { Listing } from "./search/index.ts";
import { catalogMax } from "./securities.ts";

function ticker(text: string): Ticker {
  const parsed = parseTicker(text);
  assert.ok(parsed);
  return parsed;
}

function listing(text: string, name: string, ...aliases: string[]): Listing {
  return {
    security: { ticker: ticker(text), name, exchange: "NYSE", market: "us" as const },
    aliases,
  };
}

function entry(text: string, name: string, priceable = true) {
  return { ticker: ticker(text), name, priceable };
}

const file = [listing("KO", "The Coca-Cola Company", "Coke"), listing("PEP", "PepsiCo, Inc.")];

Deno.test("the coverage counts what can be priced, and names other markets' securities as such", async () => {
  const securities = createSecurities();
  assert.match(securities.coverage(), /^1,\d{3} US stocks and funds, and \d+ others$/);
  const [ticker] = securities.tickers();
  const coin = { ticker: ticker!, name: "Coin", kind: "crypto", priceable: true } as const;
  await securities.merge([coin]);
  assert.equal(securities.coverage(), "1 securities");
});

Deno.test("without a source's list, all securities of the file can be priced", () => {
  const securities = createSecurities(file);
  assert.deepEqual(securities.tickers(), ["KO", "PEP"]);
  assert.ok(securities.isPriceable(ticker("PEP")));
  assert.equal(securities.isPriceable(ticker("NONE")), false);
  assert.equal(securities.find(ticker("NONE")), undefined);
});

Deno.test("a source's list decides which securities are searched; the names of the file have priority", async () => {
  const securities = createSecurities(file);
  await securities.merge([entry("NEW", "Newcomer plc"), entry("KO", "COCA COLA CO/THE")]);
  assert.deepEqual(securities.tickers(), ["KO", "NEW"]);
  const [found] = securities.search("coke", 10);
  const coke = { ticker: "KO", name: "The Coca-Cola Company", exchange: "NYSE", market: "us" };
  assert.deepEqual(found, coke);
  assert.deepEqual(securities.search("newcomer", 10), [
    { ticker: "NEW", name: "Newcomer plc", exchange: "", market: "us" },
  ]);
  assert.deepEqual(securities.search("pepsico", 10), []);
  assert.equal(securities.isPriceable(ticker("PEP")), false);
});

Deno.test("a ticker keeps its name when its source no longer lists it", async () => {
  const securities = createSecurities(file);
  await securities.merge([entry("NEW", "Newcomer plc"), entry("KO", "Coca-Cola")]);
  await securities.merge([entry("NEW", "Newcomer plc", false), entry("PEP", "PepsiCo")]);
  assert.deepEqual(securities.tickers(), ["PEP"]);
  assert.equal(securities.find(ticker("NEW"))?.name, "Newcomer plc");
  assert.equal(securities.find(ticker("KO"))?.name, "The Coca-Cola Company");
  await securities.merge([entry("KO", "Coca-Cola")]);
  assert.deepEqual(securities.tickers(), ["KO"]);
});

Deno.test("when a source renames a security, the new name replaces the old one", async () => {
  const securities = createSecurities(file);
  await securities.merge([entry("NEW", "Newcomer plc")]);
  await securities.merge([entry("NEW", "Oldtimer plc")]);
  assert.equal(securities.find(ticker("NEW"))?.name, "Oldtimer plc");
  assert.deepEqual(securities.search("newcomer", 10), []);
  assert.equal(securities.search("oldtimer", 10)[0]?.ticker, "NEW");
});

Deno.test("what a source's list tells of a security is added; the file's name, exchange and aliases stay", async () => {
  const securities = createSecurities(file);
  await securities.merge([
    { ...entry("KO", "COCA COLA CO/THE"), exchange: "XNYS", kind: "share", currency: "USD" },
    { ...entry("NEW", "New Fund"), exchange: "NASDAQ", kind: "fund", currency: "USD" },
  ]);
  assert.deepEqual(securities.search("coke", 10), [{
    ticker: "KO",
    name: "The Coca-Cola Company",
    exchange: "NYSE",
    kind: "share",
    currency: "USD",
    market: "us",
  }]);
  assert.deepEqual(securities.search("new", 10), [
    {
      ticker: "NEW",
      name: "New Fund",
      exchange: "NASDAQ",
      kind: "fund",
      currency: "USD",
      market: "us",
    },
  ]);
  await securities.merge([{ ...entry("NEW", "New Fund"), exchange: "NYSE" }]);
  assert.equal(securities.search("new", 10)[0]?.exchange, "NYSE");
});

Deno.test("a security that the source's list tells more of changes its market", async () => {
  const securities = createSecurities(file);
  await securities.merge([entry("VOD", "Vodafone Group PLC")]);
  assert.equal(securities.find(ticker("VOD"))?.market, "us");
  await securities.merge([{
    ...entry("VOD", "Vodafone Group PLC"),
    exchange: "LSE",
    currency: "GBP",
  }]);
  assert.equal(securities.find(ticker("VOD"))?.market, "other");
});

Deno.test("an empty list of a source changes nothing", async () => {
  const securities = createSecurities(file);
  await securities.merge([]);
  assert.deepEqual(securities.tickers(), ["KO", "PEP"]);
});

Deno.test("merging the same list again changes nothing", async () => {
  const securities = createSecurities(file);
  const catalog = [entry("NEW", "Newcomer plc"), entry("KO", "Coca-Cola")];
  await securities.merge(catalog);
  const before = securities.tickers();
  await securities.merge(catalog);
  assert.equal(securities.tickers(), before);
});

Deno.test("the first 200 priceable securities are much watched", async () => {
  const securities = createSecurities(
    Array.from({ length: 300 }, (_, at) => listing(`T${at}`, `Company ${at}`)),
  );
  assert.ok(securities.isMuchWatched(ticker("T199")));
  assert.equal(securities.isMuchWatched(ticker("T200")), false);
  await securities.merge([entry("T250", "Company 250")]);
  assert.ok(securities.isMuchWatched(ticker("T250")));
  assert.equal(securities.isMuchWatched(ticker("T0")), false);
});

Deno.test("until a merge has ended, the former list is in use; another merge waits for it", async () => {
  const securities = createSecurities(file);
  const many = Array.from({ length: 3_000 }, (_, at) => entry(`N${at}`, `Newcomer ${at}`));
  const first = securities.merge(many);
  const second = securities.merge([entry("KO", "Coca-Cola")]);
  let turns = 0;
  let isMerged = false;
  void first.then(() => isMerged = true);
  while (!isMerged) {
    assert.deepEqual(securities.tickers(), ["KO", "PEP"]);
    assert.equal(securities.search("pepsico", 1)[0]?.ticker, "PEP");
    await new Promise((resolve) => setTimeout(resolve));
    turns++;
  }
  assert.ok(turns > 3, `Other work had its turn ${turns} times`);
  assert.equal(securities.search("newcomer 2999", 1)[0]?.ticker, "N2999");
  await second;
  assert.deepEqual(securities.tickers(), ["KO"]);
});

Deno.test("a catalog past the bound is cut", async () => {
  const securities = createSecurities(file);
  const ko = entry("KO", "Coca-Cola");
  await securities.merge([...Array(catalogMax).fill(ko), entry("NEW", "Newcomer plc")]);
  assert.deepEqual(securities.tickers(), ["KO"]);
});
