// Owns how Deno KV is called: a deadline for each call, bounded retries. Knows no keys and no values.

import type { Clock } from "../../clock.ts";
import { Problem } from "../../errors.ts";

export interface KvClient {
  get<T>(key: Deno.KvKey): Promise<Deno.KvEntryMaybe<T>>;
  /** One range, at most `limit` entries. */
  range<T>(
    selector: Deno.KvListSelector,
    options: { limit: number; reverse?: boolean },
  ): Promise<Deno.KvEntry<T>[]>;
  atomic(): Deno.AtomicOperation;
  /** False when a check did not hold. */
  commit(operation: Deno.AtomicOperation): Promise<boolean>;
  /**
   * Repeats a read, change and commit whose commit lost to another one (`undefined`), each time after a random pause so
   * that the contenders spread. A Problem `unavailable` after `conflictTriesMax` tries.
   */
  untilCommitted<T>(attempt: () => Promise<T | undefined>): Promise<T>;
}

/** A call that takes longer ends in a Problem `unavailable`; whether a write among them was done is then unknown. */
const callTimeoutMs = 10_000;

const conflictTriesMax = 30;
const conflictPauseMsMax = 250;

/** Another process (a backup, say) holds the file for a moment: tried again for about a second. */
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
    let cancel = () => {};
    const deadline = new Promise<never>((_, reject) => {
      cancel = clock.after(callTimeoutMs, () => {
        const cause = new Error(`Deno KV did not answer within ${callTimeoutMs} ms`);
        reject(new Problem("unavailable", { cause }));
      });
    });
    try {
      return await Promise.race([unlocked(call), deadline]);
    } finally {
      cancel();
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
