// Owns a count of events by key in a span of time, in bounded memory. Its callers decide what a full count means.

import { RateLimiterMemory } from "rate-limiter-flexible";

export interface BoundedLimiter {
  /** How long until the key may be used again; 0 if it may be used now. */
  waitMs(key: string): Promise<number>;
  /** Counts one event; returns the present count, and when it is reset. */
  count(key: string): Promise<{ readonly counted: number; readonly forgottenInMs: number }>;
  giveBack(key: string): Promise<void>;
  forget(key: string): Promise<void>;
}

/** At the bound the oldest key is dropped: its span ends first. About 30 MB when full. */
const defaultKeysMax = 100_000;

export function createBoundedLimiter(
  { eventsMax, spanSeconds, keysMax = defaultKeysMax }: {
    eventsMax: number;
    spanSeconds: number;
    keysMax?: number;
  },
): BoundedLimiter {
  const limiter = new RateLimiterMemory({ points: eventsMax, duration: spanSeconds });
  /** In the order in which their spans began. Ended ones stay until newer ones replace them. */
  const keys = new Set<string>();

  async function remember(key: string): Promise<void> {
    keys.delete(key);
    keys.add(key);
    const [oldest] = keys;
    if (keys.size > keysMax && oldest !== undefined) await forget(oldest);
  }

  async function forget(key: string): Promise<void> {
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
      if (isFirstInDuration) await remember(key);
      return { counted: consumedPoints, forgottenInMs: Math.max(1, msBeforeNext) };
    },
    async giveBack(key) {
      const { consumedPoints } = await limiter.reward(key);
      if (consumedPoints <= 0) await forget(key);
    },
    forget,
  };
}
