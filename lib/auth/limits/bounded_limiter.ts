// Owns counting events by key in a span of time, with bounded memory. Its callers decide what happens at the maximum.

import { RateLimiterMemory } from "rate-limiter-flexible";

export interface BoundedLimiter {
  /** The time until the key may be used again, or 0 if it may be used now. */
  waitMs(key: string): Promise<number>;
  /** Counts one event. Returns the present count, and the time until it is reset. */
  count(key: string): Promise<{ readonly events: number; readonly resetInMs: number }>;
  /** Undoes the counting of one event. */
  uncount(key: string): Promise<void>;
  reset(key: string): Promise<void>;
}

/** A further key replaces the one whose span ends first. This number of keys uses about 30 MB. */
const defaultKeysMax = 100_000;

export function createBoundedLimiter(
  { eventsMax, spanSeconds, keysMax = defaultKeysMax }: {
    eventsMax: number;
    spanSeconds: number;
    keysMax?: number;
  },
): BoundedLimiter {
  const limiter = new RateLimiterMemory({ points: eventsMax, duration: spanSeconds });
  /** In the order in which their spans began. A key whose span has ended stays until a newer key replaces it. */
  const keys = new Set<string>();

  async function addKey(key: string): Promise<void> {
    keys.delete(key);
    keys.add(key);
    const [oldest] = keys;
    if (keys.size > keysMax && oldest !== undefined) await reset(oldest);
  }

  async function reset(key: string): Promise<void> {
    keys.delete(key);
    await limiter.delete(key);
  }

  return {
    async waitMs(key) {
      const present = await limiter.get(key);
      return present && present.consumedPoints >= eventsMax ? Math.max(0, present.msBeforeNext) : 0;
    },
    async count(key) {
      const { consumedPoints, msBeforeNext, isFirstInDuration } = await limiter.penalty(key);
      if (isFirstInDuration) await addKey(key);
      return { events: consumedPoints, resetInMs: Math.max(1, msBeforeNext) };
    },
    async uncount(key) {
      const { consumedPoints } = await limiter.reward(key);
      if (consumedPoints <= 0) await reset(key);
    },
    reset,
  };
}
