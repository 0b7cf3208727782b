// Owns the limit of list changes by user, in this process. Each change writes to the store and is announced to all instances.

import { BoundedMap } from "../bounded_map.ts";
import type { Clock } from "../clock.ts";
import { Problem } from "../errors.ts";

export interface ChangeLimit {
  /** Counts one change. Throws a Problem `rate_limited` with Retry-After past the limit, and then counts nothing. */
  take(userId: string): void;
  /** Uncounts a change that was not done. */
  giveBack(userId: string): void;
}

/** More than a script needs that fills a list of 200 tickers one by one. */
export const changesAtOnceMax = 300;
/** A user may make one more change each 200 ms: 5 a second, which no person does for a minute. */
const refillMs = 200;

/** A further user replaces the one who changed a list longest ago, who may then make all changes again. About 15 MB. */
const usersMax = 100_000;

const text = "You change your lists too often; wait a few seconds and try again.";

export function createChangeLimit({ clock }: { clock: Clock }): ChangeLimit {
  /** When each user may make all changes at once again. */
  const fullAt = new BoundedMap<string, number>(usersMax);

  return {
    take(userId) {
      const now = clock.now();
      const next = Math.max(fullAt.get(userId) ?? 0, now) + refillMs;
      const waitMs = next - now - changesAtOnceMax * refillMs;
      if (waitMs > 0) {
        const seconds = Math.ceil(waitMs / 1_000);
        throw new Problem("rate_limited", {
          detail: text,
          headers: { "Retry-After": String(seconds) },
        });
      }
      fullAt.set(userId, next);
    },
    giveBack(userId) {
      fullAt.set(userId, (fullAt.get(userId) ?? 0) - refillMs);
    },
  };
}
