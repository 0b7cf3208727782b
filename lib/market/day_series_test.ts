import FakeTimers from "@sinonjs/fake-timers";
import fc from "fast-check";
import assert from "node:assert/strict";
import { createClock } from "../clock.ts";
import { parsePrice, parseTicker, type Quote } from "../quote.ts";
import { pointsMax } from "./course.ts";
import { coursesMax, createDaySeries } from "./day_series.ts";

const apple = parseTicker("AAPL")!;
/** Half past nine in New York. */
const openMs = Date.parse("2026-11-23T14:30:00Z");

const nothing = { quotes: [], unchanged: [], cadenceMs: 5_000 };

function start(at = openMs) {
  const timers = FakeTimers.createClock(at);
  const series = createDaySeries({ clock: createClock(timers) });
  return {
    series,
    now: () => timers.now,
    pass: (ms: number) => void timers.tick(ms),
    see: (price: string, asOf = timers.now) =>
      series.take({ ...nothing, quotes: [quote(price, asOf)], at: timers.now }),
    confirm: () => series.take({ ...nothing, unchanged: [apple], at: timers.now }),
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
  assert.equal(series.of(apple)?.highAt, openMs + 2_345 * 5_000);
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

Deno.test("a price that is read again and did not change is a point too", () => {
  const { series, see, pass, confirm } = start();
  see("100");
  for (let tick = 1; tick <= 3; tick++) {
    pass(5_000);
    confirm();
  }
  assert.deepEqual(
    series.of(apple)?.points,
    [0, 5_000, 10_000, 15_000].map((ms) => [openMs + ms, 1_000_000]),
  );
});

Deno.test("points lie three steps apart at most while a price is read, at every cadence", () => {
  for (const cadenceMs of [5_000, 10_000, 30_000]) {
    const { series, pass, now } = start();
    for (let tick = 0; tick < 500; tick++) {
      series.take({ ...nothing, quotes: [quote(String(tick + 1), now())], at: now(), cadenceMs });
      pass(cadenceMs);
    }
    const { points, stepMs } = series.of(apple)!;
    const distances = points.slice(1).map(([at], index) => at - points[index]![0]);
    assert.ok(distances.every((ms) => ms <= 3 * stepMs), `${stepMs}: ${distances}`);
  }
});

Deno.test("a pause in which nothing was read stays a gap, also when the points get fewer", () => {
  const { series, see, pass } = start();
  for (const _ of Array(200)) (see("100"), pass(5_000));
  pass(3_600_000);
  for (const _ of Array(200)) (see("101"), pass(5_000));
  const { points, stepMs } = series.of(apple)!;
  const distances = points.slice(1).map(([at], index) => at - points[index]![0]);
  assert.equal(distances.filter((ms) => ms > 3 * stepMs).length, 1);
});

Deno.test("after the close a price that is read again stands where it was printed", () => {
  const { series, pass, now } = start();
  const printedAt = now();
  pass(3_600_000);
  const closed = { ...quote("100", printedAt), seenAt: now(), session: "closed" as const };
  series.take({ ...nothing, quotes: [closed], at: now() });
  assert.deepEqual(series.of(apple)?.points, [[printedAt, 1_000_000]]);
});

Deno.test("what was saved is there after a restart, with a gap where nothing was read", () => {
  const before = start();
  for (const price of ["100", "99.5", "101"]) (before.see(price), before.pass(5_000));
  const after = start(before.now() + 600_000);
  after.series.restore(before.series.toSave());
  assert.deepEqual(after.series.of(apple), before.series.of(apple));
  after.see("102");
  const { points, low, high, stepMs } = after.series.of(apple)!;
  assert.deepEqual(points.map(([, price]) => price), [1_000_000, 995_000, 1_010_000, 1_020_000]);
  assert.ok(points[3]![0] - points[2]![0] > 3 * stepMs);
  assert.deepEqual([low, high], [995_000, 1_020_000]);
});

Deno.test("two instances that saw different hours have both after a merge, in order and bounded", () => {
  const morning = start();
  for (const _ of Array(300)) (morning.see("100"), morning.pass(5_000));
  const noon = start(morning.now());
  for (const _ of Array(300)) (noon.see("105"), noon.pass(5_000));
  noon.series.restore(morning.series.toSave());
  const { points, low, high } = noon.series.of(apple)!;
  assert.ok(points.length > pointsMax / 3 && points.length <= pointsMax);
  assert.deepEqual(points.map(([at]) => at), points.map(([at]) => at).toSorted((a, b) => a - b));
  assert.deepEqual([points[0]![1], points.at(-1)![1]], [1_000_000, 1_050_000]);
  assert.deepEqual([low, high], [1_000_000, 1_050_000]);
});

Deno.test("yesterday's courses and texts of another form are not restored", () => {
  const yesterday = start(openMs - 24 * 3_600_000);
  yesterday.see("100");
  const { series } = start();
  series.restore(yesterday.series.toSave());
  const texts = [
    "",
    "x",
    "5 1 2 3 4",
    "5 1 2 3 4 5",
    "0 1 2 3 4 5 6",
    "5 1 2 3 4 5 %",
    "a ".repeat(3_000),
  ];
  series.restore(texts.map((course) => ({ ticker: apple, course })));
  assert.equal(series.of(apple), undefined);
});

Deno.test("past 20,000 tickers the others go on, and a further one has no course", () => {
  const { series, now } = start();
  const quotes = Array.from({ length: coursesMax + 1 }, (_, index) => ({
    ...quote("100", now()),
    ticker: parseTicker(`T${index}`)!,
  }));
  series.take({ ...nothing, quotes, at: now() });
  assert.equal([...series.toSave()].length, coursesMax);
  series.take({ ...nothing, quotes: [{ ...quotes[0]!, price: parsePrice("101")! }], at: now() });
  assert.equal(series.of(quotes[0]!.ticker)?.high, 1_010_000);
  assert.equal(series.of(quotes.at(-1)!.ticker), undefined);
});
