// Owns calls of Deno KV: each has a deadline and a bounded number of retries. Knows no keys and no values.

import type { Clock } from "../../clock.ts";
import { DeadlineError, within } from "../../deadline.ts";
import { Problem } from "../../errors.ts";

export interface KvClient {
  get<T>(key: Deno.KvKey): Promise<Deno.KvEntryMaybe<T>>;
  /** Reads one range, at most `limit` entries. */
  range<T>(
    selector: Deno.KvListSelector,
    options: { limit: number; reverse?: boolean },
  ): Promise<Deno.KvEntry<T>[]>;
  atomic(): Deno.AtomicOperation;
  /** False: an entry changed after it was read, so nothing was done. */
  commit(operation: Deno.AtomicOperation): Promise<boolean>;
  /**
   * Repeats an attempt until it returns a value; `undefined` means that its commit lost to another one. A random pause
   * before each repetition spreads the attempts. Throws a Problem `unavailable` after `conflictTriesMax` attempts.
   */
  untilCommitted<T>(attempt: () => Promise<T | undefined>): Promise<T>;
}

/** A call that takes longer ends in a Problem `unavailable`. It is then unknown whether a write was done. */
const callTimeoutMs = 10_000;

const conflictTriesMax = 30;
const conflictPauseMsMax = 250;

/** Another process, such as a backup, has locked the file: calls are repeated for about a second. */
const lockedTriesMax = 8;
const lockedPauseMsMax = 250;

export function createKvClient({ kv, clock }: { kv: Deno.Kv; clock: Clock }): KvClient {
  async function pause(tries: number, pauseMsMax: number): Promise<void> {
    await clock.sleep(Math.random() * Math.min(pauseMsMax, 5 * 2 ** tries));
  }

  async function unlocked<T>(call: () => Promise<T>): Promise<T> {
    for (let tries = 1;; tries++) {
      try {
        return await call();
      } catch (error) {
        if (!isLocked(error)) throw error;
        if (tries >= lockedTriesMax) throw new Problem("unavailable", { cause: error });
      }
      await pause(tries, lockedPauseMsMax);
    }
  }

  async function inTime<T>(call: () => Promise<T>): Promise<T> {
    try {
      const what = "The answer of Deno KV";
      return await within(unlocked(call), { clock, ms: callTimeoutMs, what });
    } catch (error) {
      if (error instanceof DeadlineError) throw new Problem("unavailable", { cause: error });
      throw error;
    }
  }

  return {
    get: <T>(key: Deno.KvKey) => inTime(() => kv.get<T>(key)),
    range: <T>(
      selector: Deno.KvListSelector,
      options: { limit: number; reverse?: boolean },
    ) => inTime(() => Array.fromAsync(kv.list<T>(selector, options))),
    atomic: () => kv.atomic(),
    commit: async (operation) => (await inTime(() => operation.commit())).ok,
    async untilCommitted(attempt) {
      for (let tries = 1; tries <= conflictTriesMax; tries++) {
        const outcome = await attempt();
        if (outcome !== undefined) return outcome;
        await pause(tries, conflictPauseMsMax);
      }
      const cause = new Error(`A change lost to others ${conflictTriesMax} times in a row`);
      throw new Problem("unavailable", { cause });
    },
  };
}

function isLocked(error: unknown): boolean {
  return error instanceof TypeError && error.message.includes("database is locked");
}
