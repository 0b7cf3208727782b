// Owns how all sockets read lists from the store: a few users at a time, and one read for all sockets of a user that wait for it.

import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Watchlist } from "../watchlist.ts";
import type { LoadLists } from "./hub_ports.ts";

/** More reads wait: a store that gets thousands at once answers none of them in time. */
const atOnceMax = 16;
/** A store that fails, fails for all sockets. The log gets one line in this time. */
const logEveryMs = 10_000;

export interface ListReader {
  /** Rejects as the store does. The number of waiting reads is bounded by the number of users with sockets. */
  readonly load: LoadLists;
  /** True from a failure to the next success. */
  isFailing(): boolean;
}

export function createListReader(
  loadLists: LoadLists,
  { clock, log }: { clock: Clock; log: Log },
): ListReader {
  /** By user: reads that have not begun, so that they serve everybody who asks before. */
  const waiting = new Map<string, Promise<readonly Watchlist[]>>();
  const turns: (() => void)[] = [];
  let atOnce = 0;
  let isFailing = false;
  let loggedAt = -Infinity;

  async function read(userId: string): Promise<readonly Watchlist[]> {
    atOnce++;
    try {
      const lists = await loadLists(userId);
      isFailing = false;
      return lists;
    } catch (error) {
      isFailing = true;
      if (clock.now() - loggedAt >= logEveryMs) {
        loggedAt = clock.now();
        log.warn({ err: error }, "Lists for live sockets could not be read; trying again");
      }
      throw error;
    } finally {
      atOnce--;
      turns.shift()?.();
    }
  }

  async function readInTurn(userId: string): Promise<readonly Watchlist[]> {
    await new Promise<void>((resolve) => turns.push(resolve));
    waiting.delete(userId);
    return await read(userId);
  }

  return {
    load(userId) {
      if (atOnce < atOnceMax && turns.length === 0) return read(userId);
      const shared = waiting.get(userId) ?? readInTurn(userId);
      waiting.set(userId, shared);
      return shared;
    },
    isFailing: () => isFailing,
  };
}
