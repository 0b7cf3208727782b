// Owns the tickers that a source refuses although they were taken for known: it is not asked for them for an hour.

import { BoundedMap } from "../../lib/bounded_map.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Log } from "../../lib/log.ts";
import type { Ticker } from "../../lib/quote.ts";

export interface RefusedTickers {
  has(ticker: Ticker): boolean;
  add(ticker: Ticker): void;
  /** True after a read in which a batch failed because of one of its tickers: the next read looks for that ticker. */
  isSearching: boolean;
}

const refusedForMs = 3_600_000;
const refusedMax = 10_000;

export function createRefusedTickers(
  { source, clock, log }: { source: string; clock: Clock; log: Log },
): RefusedTickers {
  const until = new BoundedMap<Ticker, number>(refusedMax);
  return {
    isSearching: false,
    has: (ticker) => (until.get(ticker) ?? 0) > clock.now(),
    add(ticker) {
      until.set(ticker, clock.now() + refusedForMs);
      log.warn({ source, ticker }, "The source refuses this ticker; it is asked again in an hour.");
    },
  };
}
