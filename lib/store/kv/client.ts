// Owns calls of Deno KV: each has a deadline and a bounded number of retries. Knows no keys and no values.

import type { Clock } from "../../clock.ts";
import { DeadlineError, within } from "../../deadline.ts";
import { Problem } from "../../errors.ts";
import type { Log } from "../../log.ts";

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
  /** Rejects if KV does not answer. After a failed write it writes too, to see whether writes are possible again. */
  probe(): Promise<void>;
}

/** A call that takes longer ends in a Problem `unavailable`. It is then unknown whether a write was done. */
const callTimeoutMs = 10_000;

const conflictTriesMax = 30;
const conflictPauseMsMax = 250;

/** Another process, such as a backup, has locked the file: calls are repeated for about a second. */
const lockedTriesMax = 8;
const lockedPauseMsMax = 250;

/** What SQLite says of a disk that is full, failing, or became read-only. */
const diskTrouble =
  /database or disk is full|disk I\/O error|readonly database|unable to open database file/;

const probeKey = ["setting", "ping"];
/** As large as most changes, so that the probe succeeds only if those do. */
const probeValue = "x".repeat(16_384);

export interface KvClientOptions {
  readonly kv: Deno.Kv;
  readonly clock: Clock;
  readonly log?: Pick<Log, "warn"> | undefined;
}

export function createKvClient({ kv, clock, log }: KvClientOptions): KvClient {
  let writesFail = false;

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
      const isTrouble = error instanceof DeadlineError ||
        error instanceof TypeError && diskTrouble.test(error.message);
      throw isTrouble ? new Problem("unavailable", { cause: error }) : error;
    }
  }

  async function commit(operation: Deno.AtomicOperation): Promise<boolean> {
    try {
      const { ok } = await inTime(() => operation.commit());
      if (writesFail) log?.warn("Deno KV can write again");
      writesFail = false;
      return ok;
    } catch (error) {
      if (error instanceof Problem && !writesFail) {
        log?.warn({ cause: String(error.cause) }, "Deno KV cannot write: is its disk full?");
        writesFail = true;
      }
      throw error;
    }
  }

  const get = <T>(key: Deno.KvKey) => inTime(() => kv.get<T>(key));

  return {
    get,
    range: <T>(
      selector: Deno.KvListSelector,
      options: { limit: number; reverse?: boolean },
    ) => inTime(() => Array.fromAsync(kv.list<T>(selector, options))),
    atomic: () => kv.atomic(),
    commit,
    async untilCommitted(attempt) {
      for (let tries = 1; tries <= conflictTriesMax; tries++) {
        const outcome = await attempt();
        if (outcome !== undefined) return outcome;
        await pause(tries, conflictPauseMsMax);
      }
      const cause = new Error(`A change lost to others ${conflictTriesMax} times in a row`);
      throw new Problem("unavailable", { cause });
    },
    async probe() {
      await get(probeKey);
      if (writesFail) await commit(kv.atomic().set(probeKey, probeValue));
    },
  };
}

function isLocked(error: unknown): boolean {
  return error instanceof TypeError && error.message.includes("database is locked");
}
