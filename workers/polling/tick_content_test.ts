import assert from "node:assert/strict";
import { price, sampleQuote, ticker } from "../../lib/bus/bus_fixtures.ts";
import type { ReadQuote } from "../upstream/upstreams.ts";
import { compareQuotes } from "./tick_content.ts";

const at = 1_700_000_000_000;
const known = [sampleQuote("AAPL", { at, price: price("100"), source: "fake" })];

function read(symbol: string, quote: Partial<ReadQuote> = {}): ReadQuote {
  return {
    ticker: ticker(symbol),
    price: price("100"),
    requestedAt: at + 5_000,
    readAt: at + 5_040,
    source: "fake",
    session: "open",
    ...quote,
  };
}

function compare(...quotes: ReadQuote[]) {
  return compareQuotes(quotes, known);
}

Deno.test("a new ticker is sent in full, with the time of its request", () => {
  assert.deepEqual(compare(read("MSFT")).quotes, [{
    ticker: "MSFT",
    price: price("100"),
    asOf: at + 5_000,
    seenAt: at + 5_040,
    source: "fake",
    session: "open",
    stale: false,
  }]);
});

Deno.test("the same price of a source without times is unchanged, as of the first request", () => {
  const content = compare(read("AAPL"), read("MSFT", { requestedAt: at + 4_990 }));
  assert.deepEqual(content.unchanged, ["AAPL"]);
  assert.equal(content.unchangedAsOf, at + 4_990);
});

Deno.test("with the source's own times, only a later time is a change", () => {
  for (const [asOf, isChange] of [[at - 1, false], [at, false], [at + 1, true]] as const) {
    const content = compare(read("AAPL", { asOf }));
    assert.equal(content.quotes.length === 1, isChange);
    assert.equal(content.unchanged.length === 0, isChange);
    assert.equal(content.unchangedAsOf, undefined);
  }
});

Deno.test("price, previous close, session and source are each a difference", () => {
  const differences: Partial<ReadQuote>[] = [
    { price: price("101") },
    { previousClose: price("99") },
    { session: "post" },
  ];
  for (const difference of differences) {
    assert.equal(compare(read("AAPL", { asOf: at, ...difference })).quotes.length, 1);
  }
  const other = compare(read("AAPL", { source: "other" }));
  assert.equal(other.quotes[0]?.source, "other");
});

Deno.test("a source whose clock runs ahead cannot date a price into the future", () => {
  const [quote] = compare(read("AAPL", { asOf: at + 3_600_000 })).quotes;
  assert.equal(quote?.asOf, at + 5_040);
});

Deno.test("without quotes the tick is empty", () => {
  assert.deepEqual(compare(), { quotes: [], unchanged: [] });
});

Deno.test("a new fact of the day is a change; a volume that grows alone is not", () => {
  const day = { open: price("99"), high: price("101"), low: price("98"), volume: 5 };
  const before = [sampleQuote("AAPL", { at, price: price("100"), source: "fake", day })];
  const outcome = (latter: Partial<typeof day>) =>
    compareQuotes([read("AAPL", { day: { ...day, ...latter } })], before);
  assert.deepEqual(outcome({ volume: 6 }).unchanged, ["AAPL"]);
  assert.deepEqual(outcome({ high: price("102") }).quotes.map(({ day }) => day?.high), [
    price("102"),
  ]);
});
