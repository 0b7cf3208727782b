// Owns the pauses after failures: doubling, at most 30 s, longer only where the provider asks for it. Pure.

import { markAt, wholeIntervals } from "./schedule.ts";

export interface Backoff {
  isWaiting(now: number): boolean;
  succeeded(): void;
  failed(call: { startedAt: number; now: number; retryAfterMs: number }): void;
}

const pauseMsMax = 30_000;

/** Pauses are whole intervals from the failed mark on, so that the first failure costs no further mark. */
export function createBackoff(intervalMs: number): Backoff {
  let failures = 0;
  let retryAt = -Infinity;
  return {
    isWaiting: (now) => now < retryAt,
    succeeded() {
      failures = 0;
    },
    failed({ startedAt, now, retryAfterMs }) {
      // Far beyond the longest pause, doubling on would only overflow.
      failures = Math.min(failures + 1, 10);
      const pauseMs = Math.min(
        intervalMs * 2 ** (failures - 1),
        wholeIntervals(pauseMsMax, intervalMs),
      );
      retryAt = Math.max(markAt(startedAt, intervalMs) + pauseMs, now + retryAfterMs);
    },
  };
}
