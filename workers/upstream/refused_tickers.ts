// Owns the tickers that a source refuses although they were taken for known: it is not asked for them for an hour. Before
// one is found, the tickers of its failed batch are suspects.

import { BoundedMap } from "../../lib/bounded_map.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Log } from "../../lib/log.ts";
import type { Ticker } from "../../lib/quote.ts";

export interface RefusedTickers {
  has(ticker: Ticker): boolean;
  add(ticker: Ticker): void;
  /** While there are suspects, reads look for the refused ticker. */
  isSearching(): boolean;
  /** After a read: those of its tickers that are suspects now. A read of other tickers says nothing about former suspects. */
  suspect(asked: readonly Ticker[], suspects: readonly Ticker[]): void;
}

const refusedForMs = 3_600_000;
const tickersMax = 10_000;

export function createRefusedTickers(
  { source, clock, log }: { source: string; clock: Clock; log: Log },
): RefusedTickers {
  const until = new BoundedMap<Ticker, number>(tickersMax);
  const suspected = new Set<Ticker>();
  return {
    isSearching: () => suspected.size > 0,
    suspect(asked, suspects) {
      for (const ticker of asked) suspected.delete(ticker);
      for (const ticker of suspects) if (suspected.size < tickersMax) suspected.add(ticker);
    },
    has: (ticker) => (until.get(ticker) ?? 0) > clock.now(),
    add(ticker) {
      until.set(ticker, clock.now() + refusedForMs);
      log.warn({ source, ticker }, "The source refuses this ticker; it is asked again in an hour.");
    },
  };
}
