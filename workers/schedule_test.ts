import fc from "fast-check";
import assert from "node:assert/strict";
import { markAt, nextMark, wholeIntervals, windowEnd } from "./schedule.ts";

const minute = Date.UTC(2026, 2, 11, 14, 30);
const interval = fc.constantFrom(1_000, 5_000, 10_000, 30_000, 60_000);
const time = fc.integer({ min: 0, max: 4_000_000_000_000 });

Deno.test("marks are the multiples of the interval on the wall clock", () => {
  assert.equal(markAt(minute + 4_999, 5_000), minute);
  assert.equal(markAt(minute + 5_000, 5_000), minute + 5_000);
  assert.equal(nextMark(minute + 5_000, 5_000), minute + 10_000);
  fc.assert(fc.property(time, interval, (now, intervalMs) => {
    const [last, next] = [markAt(now, intervalMs), nextMark(now, intervalMs)];
    assert.ok(last <= now && now < next && next - last === intervalMs && last % intervalMs === 0);
  }));
});

Deno.test("a window ends half a second before the minute turns", () => {
  assert.equal(windowEnd(minute), minute + 59_500);
  assert.equal(windowEnd(minute + 200), minute + 59_500);
  assert.equal(windowEnd(minute + 58_499), minute + 59_500);
  fc.assert(fc.property(time, (now) => {
    const end = windowEnd(now);
    assert.ok(end % 60_000 === 59_500 && end - now > 1_000 && end - now <= 61_000);
  }));
});

Deno.test("a window opened just before the turn lasts through the next minute", () => {
  assert.equal(windowEnd(minute + 59_700), minute + 119_500);
  assert.equal(windowEnd(minute + 58_500), minute + 119_500);
});

Deno.test("a span is cut to whole intervals, at least one", () => {
  assert.equal(wholeIntervals(30_000, 5_000), 30_000);
  assert.equal(wholeIntervals(30_000, 20_000), 20_000);
  assert.equal(wholeIntervals(30_000, 60_000), 60_000);
});
