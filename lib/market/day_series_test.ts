import FakeTimers from "@sinonjs/fake-timers";
import fc from "fast-check";
import assert from "node:assert/strict";
import { createClock } from "../clock.ts";
import { parsePrice, parseTicker, type Quote } from "../quote.ts";
import { createDaySeries, pointsMax } from "./day_series.ts";

const apple = parseTicker("AAPL")!;
/** Half past nine in New York. */
const openMs = Date.parse("2026-11-23T14:30:00Z");

function start(at = openMs) {
  const timers = FakeTimers.createClock(at);
  const series = createDaySeries({ clock: createClock(timers) });
  return {
    series,
    now: () => timers.now,
    pass: (ms: number) => void timers.tick(ms),
    see: (price: string, asOf = timers.now) => series.take([quote(price, asOf)]),
  };
}

function quote(price: string, asOf: number): Quote {
  return {
    ticker: apple,
    price: parsePrice(price)!,
    asOf,
    seenAt: asOf,
    source: "s",
    session: "open",
    stale: false,
  };
}

Deno.test("each price that was seen is a point; low and high are the day's", () => {
  const { series, see, pass } = start();
  assert.equal(series.of(apple), undefined);
  for (const price of ["100", "99.5", "101"]) {
    see(price);
    pass(5_000);
  }
  assert.deepEqual(series.of(apple)?.points, [
    [openMs, 1_000_000],
    [openMs + 5_000, 995_000],
    [openMs + 10_000, 1_010_000],
  ]);
  assert.deepEqual([series.of(apple)?.low, series.of(apple)?.high], [995_000, 1_010_000]);
});

Deno.test("a whole day has at most 96 points over its whole length, and keeps its low and high", () => {
  const { series, see, pass } = start();
  for (let tick = 0; tick < 6.5 * 720; tick++) {
    see(tick === 2_345 ? "250" : String(100 + (tick % 7)));
    pass(5_000);
  }
  const { points = [], low, high } = series.of(apple) ?? {};
  assert.ok(points.length > pointsMax / 3 && points.length <= pointsMax, String(points.length));
  assert.deepEqual([low, high], [1_000_000, 2_500_000]);
  assert.ok(points[0]![0] < openMs + 600_000);
  assert.equal(points.at(-1)![0], openMs + (6.5 * 720 - 1) * 5_000);
});

Deno.test("the next day begins empty at midnight in New York, and an older price does not count", () => {
  const { series, see, pass, now } = start(Date.parse("2026-11-24T04:59:55Z"));
  see("100");
  const yesterday = now();
  pass(5_000);
  assert.equal(series.of(apple), undefined);
  see("100", yesterday);
  assert.equal(series.of(apple), undefined);
  see("101");
  assert.equal(series.of(apple)?.points.length, 1);
});

Deno.test("points are bounded, in order, and within low and high, whatever prices come", () => {
  const steps = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 400_000 }), fc.integer({ min: 1, max: 999 })),
    { maxLength: 300 },
  );
  fc.assert(fc.property(steps, (drawn) => {
    const { series, see, pass } = start();
    for (const [ms, price] of drawn) {
      pass(ms % 200_000);
      see(String(price));
      const { points, low, high } = series.of(apple)!;
      assert.ok(points.length <= pointsMax);
      assert.ok(points.every(([, price]) => price >= low && price <= high));
      assert.ok(points.every(([at], index) => at > (points[index - 1]?.[0] ?? 0) || index === 0));
    }
  }));
});
