// Owns the circuit breaker of one source: after failures it opens, pauses, then allows one call. Pure: makes no call.

import { markAt, wholeIntervals } from "../schedule.ts";

export interface Circuit {
  /** "open": no call is allowed now. "half_open": the pause is over, and one call may show that the source works. */
  state(now: number): "closed" | "open" | "half_open";
  /** The one call of a half-open circuit begins. Until it has an outcome, the circuit is open for all others. */
  tryBegins(): void;
  tryGivenUp(): void;
  succeeded(): void;
  failed(poll: { startedAt: number; now: number; retryAfterMs: number }): void;
}

const pauseMsMax = 30_000;

/** Pauses double, in whole intervals from the failed mark on, so that the first failure costs no further mark. */
export function createCircuit(intervalMs: number): Circuit {
  let failures = 0;
  let retryAt = -Infinity;
  let isTrying = false;
  return {
    state(now) {
      if (now < retryAt || isTrying) return "open";
      return failures > 0 ? "half_open" : "closed";
    },
    tryBegins() {
      isTrying = true;
    },
    tryGivenUp() {
      isTrying = false;
    },
    succeeded() {
      failures = 0;
      isTrying = false;
    },
    failed({ startedAt, now, retryAfterMs }) {
      isTrying = false;
      // The longest pause is reached long before: more doubling would only overflow.
      failures = Math.min(failures + 1, 10);
      const pauseMs = Math.min(
        intervalMs * 2 ** (failures - 1),
        wholeIntervals(pauseMsMax, intervalMs),
      );
      // Only the provider itself may ask for a longer pause.
      retryAt = Math.max(markAt(startedAt, intervalMs) + pauseMs, now + retryAfterMs);
    },
  };
}
