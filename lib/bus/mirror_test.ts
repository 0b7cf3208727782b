import FakeTimers from "@sinonjs/fake-timers";
import fc from "fast-check";
import assert from "node:assert/strict";
import { createClock } from "../clock.ts";
import { createMetrics } from "../metrics.ts";
import { isStale, type Price, type Quote } from "../quote.ts";
import { price, sampleQuote, sampleTick, ticker } from "./bus_fixtures.ts";
import { createMirror } from "./mirror.ts";

const start = 1_700_000_000_000;
const aapl = ticker("AAPL");

function openMirror(options: { tickersMax?: number } = {}) {
  const timers = FakeTimers.createClock(start);
  const metrics = createMetrics();
  const mirror = createMirror({
    clock: createClock(timers),
    metrics,
    isStale,
    cadenceMs: 5_000,
    ...options,
  });
  let seq = 0;
  /** Applies the next tick at the present time. */
  function apply(quotes: Quote[], unchanged: Parameters<typeof sampleTick>[0]["unchanged"] = []) {
    return mirror.apply(sampleTick({ epoch: 1, seq: ++seq, at: timers.now, quotes, unchanged }));
  }
  const quoteOf = (symbol = "AAPL") => mirror.latest([ticker(symbol)]).quotes[0];
  return { timers, metrics, mirror, apply, quoteOf };
}

Deno.test("a tick that is not newer than the last one is dropped and counted", async () => {
  const { mirror, metrics, quoteOf } = openMirror();
  const at = start;
  const quote = sampleQuote("AAPL", { at });
  assert.ok(mirror.apply(sampleTick({ epoch: 2, seq: 5, at, quotes: [quote] })));
  const late = sampleQuote("AAPL", { at: at + 1, price: price("1") });
  for (const version of [{ epoch: 2, seq: 5 }, { epoch: 2, seq: 4 }, { epoch: 1, seq: 9 }]) {
    assert.equal(mirror.apply(sampleTick({ ...version, at, quotes: [late] })), undefined);
  }
  assert.deepEqual(quoteOf(), quote);
  assert.equal((await metrics.ticksDropped.get()).values[0]?.value, 3);
});

Deno.test("an older quote is dropped and counted; of two quotes of the same time, the later version wins", async () => {
  const { apply, quoteOf, metrics } = openMirror();
  apply([sampleQuote("AAPL", { at: start, price: price("1") })]);
  apply([sampleQuote("AAPL", { at: start - 1, price: price("2") })]);
  assert.equal(quoteOf()?.price, price("1"));
  assert.equal((await metrics.quotesDropped.get()).values[0]?.value, 1);
  apply([sampleQuote("AAPL", { at: start, price: price("3") })]);
  assert.equal(quoteOf()?.price, price("3"));
});

Deno.test("an older quote of another source replaces the present one only if that is stale", () => {
  const { apply, quoteOf, timers } = openMirror();
  const standIn = sampleQuote("AAPL", { at: start - 60_000, source: "other", price: price("2") });
  apply([sampleQuote("AAPL", { at: start })]);
  apply([standIn]);
  assert.equal(quoteOf()?.source, "sample");
  timers.tick(10_001);
  apply([standIn]);
  assert.equal(quoteOf()?.source, "other");
});

Deno.test("onlyPrice is true if nothing but the price changed", () => {
  const { apply } = openMirror();
  const changes: Partial<Quote>[] = [
    {},
    { price: price("2") },
    { price: price("2"), previousClose: price("1") },
    { price: price("3"), previousClose: price("1") },
    { price: price("3"), previousClose: price("1"), session: "post" },
    { price: price("3"), previousClose: price("1"), session: "post", source: "other" },
  ];
  const brief = changes.map((change, index) =>
    apply([sampleQuote("AAPL", { at: start + index, ...change })])?.changed[0]?.onlyPrice
  );
  assert.deepEqual(brief, [false, true, false, true, false, false]);
});

Deno.test("a quote that was read again is fresh; if its source sends no times, its age starts again", () => {
  const { mirror, quoteOf, timers } = openMirror();
  mirror.apply(
    sampleTick({ epoch: 1, seq: 1, at: start, quotes: [sampleQuote("AAPL", { at: start })] }),
  );
  timers.tick(5_000);
  const at = timers.now;
  mirror.apply(sampleTick({ epoch: 1, seq: 2, at, unchanged: [aapl] }));
  assert.deepEqual([quoteOf()?.asOf, quoteOf()?.seenAt], [start, at]);
  const timeless = { unchanged: [aapl], unchangedAsOf: at - 40 };
  mirror.apply(sampleTick({ epoch: 1, seq: 3, at, ...timeless }));
  assert.deepEqual([quoteOf()?.asOf, quoteOf()?.seenAt], [at - 40, at]);
});

Deno.test("a quote that was not read for two cadences is stale, and the next reading is a change", () => {
  const { apply, quoteOf, timers } = openMirror();
  apply([sampleQuote("AAPL", { at: start })]);
  timers.tick(10_000);
  assert.equal(quoteOf()?.stale, false);
  timers.tick(1);
  assert.equal(quoteOf()?.stale, true);
  const freshAgain = apply([], [aapl]);
  assert.deepEqual(freshAgain?.changed.map(({ quote, onlyPrice }) => [quote.stale, onlyPrice]), [[
    false,
    false,
  ]]);
  assert.deepEqual(apply([], [aapl])?.changed, []);
  timers.tick(10_001);
  const moved = apply([sampleQuote("AAPL", { at: timers.now, price: price("2") })]);
  assert.equal(moved?.changed[0]?.onlyPrice, false);
});

Deno.test("above its bound the mirror drops the quote that was not read for the longest time", () => {
  const { apply, quoteOf } = openMirror({ tickersMax: 2 });
  apply([sampleQuote("AAPL", { at: start }), sampleQuote("MSFT", { at: start })]);
  apply([], [aapl]);
  apply([sampleQuote("NVDA", { at: start })]);
  assert.ok(quoteOf("AAPL"));
  assert.equal(quoteOf("MSFT"), undefined);
  assert.ok(quoteOf("NVDA"));
});

/** A snapshot of one quote, last read at `tickAt`. */
function snapshotOf(
  quote: Quote,
  { seq = 1, tickSeq, tickAt }: { seq?: number; tickSeq?: number; tickAt?: number } = {},
) {
  const version = { epoch: 1, seq: tickSeq ?? seq, at: tickAt ?? quote.seenAt };
  const { quotes: _, unchanged: __, ...tick } = sampleTick(version);
  return { tick, quotes: [{ quote, version: { epoch: 1, seq } }] };
}

Deno.test("missed ticks are taken from a snapshot, as one tick of its version", () => {
  const { mirror, apply, quoteOf } = openMirror();
  apply([sampleQuote("AAPL", { at: start })]);
  const newer = sampleQuote("AAPL", { at: start + 1, price: price("2") });
  const update = mirror.restore(snapshotOf(newer, { seq: 7, tickSeq: 9 }));
  assert.deepEqual(update?.changed, [{ quote: newer, onlyPrice: true }]);
  assert.deepEqual([update?.tick.seq, update?.tick.quotes], [9, [newer]]);
  assert.deepEqual([quoteOf()?.price, mirror.latest([]).seq], [price("2"), 9]);
  assert.equal(mirror.restore(snapshotOf(newer, { seq: 7, tickSeq: 9 })), undefined);
});

Deno.test("an older snapshot replaces neither a quote nor the version", () => {
  const { mirror, apply, quoteOf } = openMirror();
  apply([]);
  apply([sampleQuote("AAPL", { at: start, price: price("2") })]);
  const older = sampleQuote("AAPL", { at: start - 1, price: price("1") });
  assert.equal(mirror.restore(snapshotOf(older)), undefined);
  assert.deepEqual([quoteOf()?.price, mirror.latest([]).seq], [price("2"), 2]);
});

Deno.test("a quote that was read again according to a snapshot is fresh and unchanged", () => {
  const { mirror, apply, quoteOf, timers } = openMirror();
  apply([sampleQuote("AAPL", { at: start })]);
  timers.tick(5_000);
  const again = sampleQuote("AAPL", { at: start, seenAt: timers.now });
  const update = mirror.restore(snapshotOf(again, { tickSeq: 2 }));
  assert.deepEqual([update?.changed, update?.tick.unchanged], [[], [aapl]]);
  assert.equal(quoteOf()?.seenAt, timers.now);
  timers.tick(10_001);
  const readLater = sampleQuote("AAPL", { at: start, seenAt: timers.now });
  const returned = mirror.restore(snapshotOf(readLater, { tickSeq: 3 }))?.changed[0];
  assert.deepEqual([returned?.quote.stale, returned?.onlyPrice], [false, false]);
});

Deno.test("an old quote of a snapshot is stale from the start", () => {
  const { mirror, quoteOf } = openMirror();
  const quote = sampleQuote("AAPL", { at: start - 60_000 });
  const update = mirror.restore(snapshotOf(quote, { tickAt: start }));
  assert.deepEqual([update?.changed[0]?.quote.stale, quoteOf()?.stale], [true, true]);
  assert.deepEqual(update?.tick.unchanged, []);
});

Deno.test("the time of a quote and the version never decrease, in whatever order ticks arrive", () => {
  const arrival = fc.record({
    epoch: fc.integer({ min: 1, max: 3 }),
    seq: fc.integer({ min: 1, max: 6 }),
    age: fc.integer({ min: 0, max: 5 }),
    cents: fc.integer({ min: 1, max: 9 }),
  });
  fc.assert(fc.property(fc.array(arrival, { maxLength: 30 }), (arrivals) => {
    const { mirror } = openMirror();
    let [version, asOf] = [0, 0];
    for (const { epoch, seq, age, cents } of arrivals) {
      const quote = sampleQuote("AAPL", { at: start - age, price: cents * 100 as Price });
      mirror.apply(sampleTick({ epoch, seq, at: start, quotes: [quote] }));
      const snapshot = mirror.latest([aapl]);
      const present = snapshot.epoch * 100 + snapshot.seq;
      assert.ok(present >= version && (snapshot.quotes[0]?.asOf ?? 0) >= asOf);
      [version, asOf] = [present, snapshot.quotes[0]?.asOf ?? 0];
    }
  }));
});
