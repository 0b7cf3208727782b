// Owns the tickers wanted for the first time: collects them for one call, at most one call a second. Makes no call.

import type { Interest } from "../../lib/bus/bus.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Ticker } from "../../lib/quote.ts";
import { createBell } from "../bell.ts";

export interface Newcomers {
  add(interest: Interest): void;
  /** Another call asks for these. */
  remove(tickers: Iterable<Ticker>): void;
  /** The tickers that still need a call, as soon as one is allowed. This call counts as made. Empty if the signal aborted. */
  next(needsCall: (ticker: Ticker) => boolean, signal: AbortSignal): Promise<Ticker[]>;
  clear(): void;
}

export const newcomersGapMs = 1_000;
/** Past it newcomers wait for the next mark. */
const waitingMax = 20_000;
const longSleepMs = 60_000;

export function createNewcomers(clock: Clock): Newcomers {
  const waiting = new Set<Ticker>();
  const bell = createBell(clock);
  let lastCallAt = -Infinity;

  function take(needsCall: (ticker: Ticker) => boolean): Ticker[] {
    const tickers = [...waiting].filter(needsCall);
    waiting.clear();
    if (tickers.length > 0) lastCallAt = clock.now();
    return tickers;
  }

  return {
    add({ signedIn, anonymous }) {
      for (const ticker of [...signedIn, ...anonymous].slice(0, waitingMax - waiting.size)) {
        waiting.add(ticker);
      }
      bell.ring();
    },
    remove(tickers) {
      for (const ticker of tickers) waiting.delete(ticker);
    },
    async next(needsCall, signal) {
      while (!signal.aborted) {
        const waitMs = waiting.size > 0 ? lastCallAt + newcomersGapMs - clock.now() : longSleepMs;
        if (waitMs > newcomersGapMs) await bell.sleep(waitMs, signal);
        else if (waitMs > 0) await clock.sleep(waitMs, signal);
        else {
          const tickers = take(needsCall);
          if (tickers.length > 0) return tickers;
        }
      }
      return [];
    },
    clear: () => waiting.clear(),
  };
}
