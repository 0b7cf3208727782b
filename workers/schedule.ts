// Owns the times of polling: marks of the wall clock, and windows that end before the minute turns. Pure.

const minuteMs = 60_000;
/** Deno.cron finds its next slot when the handler returns: a window that runs past the turn loses that minute. */
export const windowMarginMs = 500;
/** A window that opens less than this before its end lasts until the next turn instead. */
const windowMsMin = 1_000;

/** The last mark at or before `now`. Marks are the multiples of the interval. */
export function markAt(now: number, intervalMs: number): number {
  return Math.floor(now / intervalMs) * intervalMs;
}

/** The first mark after `now`. */
export function nextMark(now: number, intervalMs: number): number {
  return markAt(now, intervalMs) + intervalMs;
}

/** When a window that opens at `now` ends. */
export function windowEnd(now: number): number {
  return nextMark(now + windowMarginMs + windowMsMin, minuteMs) - windowMarginMs;
}

/** The longest span up to `spanMs` that is made of whole intervals; at least one. */
export function wholeIntervals(spanMs: number, intervalMs: number): number {
  return Math.max(intervalMs, markAt(spanMs, intervalMs));
}
