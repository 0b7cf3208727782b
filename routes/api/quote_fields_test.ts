import assert from "node:assert/strict";
import { price, sampleQuote } from "../../lib/bus/bus_fixtures.ts";
import type { DayFacts } from "../../lib/quote.ts";
import { priceFieldsOf, quoteFieldsOf, seriesFieldsOf } from "./quote_fields.ts";

const at = Date.UTC(2026, 0, 5, 12);
const time = "2026-01-05T12:00:00.000Z";

Deno.test("a quote is written with decimal prices and UTC times, its age and its source", () => {
  const quote = sampleQuote("KO", { at: at + 5_000, asOf: at, price: price("70.5"), stale: true });
  assert.deepEqual(quoteFieldsOf(quote, {}), {
    price: "70.50",
    previous_close: null,
    as_of: time,
    seen_at: "2026-01-05T12:00:05.000Z",
    source: "sample",
    session: "open",
    stale: true,
    currency: null,
    open: null,
    high: null,
    low: null,
    range_seen: false,
    volume: null,
    regular_close: null,
  });
});

Deno.test("a row's price has up to four decimals", () => {
  const quote = sampleQuote("KO", { at, price: price("0.1234"), previousClose: price("1") });
  const { last_price, previous_close, last_updated } = priceFieldsOf(quote, {});
  assert.deepEqual([last_price, previous_close, last_updated], ["0.1234", "1.00", time]);
});

Deno.test("a row without a quote is null throughout, and not stale", () => {
  assert.deepEqual(priceFieldsOf(undefined, {}), {
    last_price: null,
    last_updated: null,
    previous_close: null,
    session: null,
    stale: false,
    currency: null,
    open: null,
    high: null,
    low: null,
    range_seen: false,
    volume: null,
    regular_close: null,
  });
});

Deno.test("the facts of the day are the source's; where it tells no range, it is the one that was seen, and marked so", () => {
  const day = { open: price("69"), volume: 12, regularClose: price("70") };
  const seen = { low: price("68.5"), high: price("71") };
  const fieldsOf = (facts: DayFacts) => {
    const quote = sampleQuote("KO", { at, day: facts });
    const { open, high, low, range_seen, volume, regular_close, currency } = quoteFieldsOf(quote, {
      currency: "GBP",
      seen,
    });
    return [currency, open, high, low, range_seen, volume, regular_close];
  };
  assert.deepEqual(fieldsOf(day), ["GBP", "69.00", "71.00", "68.50", true, 12, "70.00"]);
  const told = { ...day, high: price("72"), low: price("67") };
  assert.deepEqual(fieldsOf(told), ["GBP", "69.00", "72.00", "67.00", false, 12, "70.00"]);
});

Deno.test("a day's course has its points in their order, and its bounds", () => {
  const [low, high] = [price("1"), price("2.5")];
  const series = seriesFieldsOf({
    points: [[at, high], [at + 1, low]],
    stepMs: 5_000,
    low,
    high,
  });
  assert.deepEqual(series, {
    points: [[at, "2.50"], [at + 1, "1.00"]],
    step_ms: 5_000,
    low: "1.00",
    high: "2.50",
  });
});
