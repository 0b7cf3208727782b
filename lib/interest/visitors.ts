// Owns how many different tickers the visitors of one network may want. Asks for no prices.

import { BoundedMap } from "../bounded_map.ts";
import type { Clock } from "../clock.ts";
import type { Ticker } from "../quote.ts";
import type { Asker, Universe, Viewing } from "./interest.ts";

/** In the last minute, over all sockets and requests of the network. A further ticker is shown, but not polled for it. */
export const tickersPerNetworkMax = 100;
const rememberedMs = 60_000;
/** Above it the network that asked longest ago may want other tickers. Each uses up to 10 KB, so all at most 100 MB. */
const networksMax = 10_000;

export function createVisitors(
  { clock, universe }: { clock: Clock; universe: Pick<Universe, "isMuchWatched"> },
) {
  /** Until when each ticker counts, by network. Only much watched tickers count: visitors cause no other calls. */
  const wanted = new BoundedMap<string, Map<Ticker, number>>(networksMax);

  function forgetEnded(tickers: Map<Ticker, number>) {
    for (const [ticker, until] of tickers) if (until <= clock.now()) tickers.delete(ticker);
  }

  /** The tickers that would be too many for the network. Notes the others; a user has no such bound. */
  function beyondBound(tickers: Iterable<Ticker>, { id, signedIn }: Asker): ReadonlySet<Ticker> {
    if (signedIn) return none;
    const known = wanted.get(id) ?? new Map<Ticker, number>();
    const beyond = new Set<Ticker>();
    for (const ticker of tickers) {
      if (!universe.isMuchWatched(ticker)) continue;
      if (!known.has(ticker) && isFull(known)) forgetEnded(known);
      if (!known.has(ticker) && isFull(known)) beyond.add(ticker);
      else known.set(ticker, clock.now() + rememberedMs);
    }
    if (known.size > 0) wanted.set(id, known);
    return beyond;
  }

  return {
    beyondBound,
    /** What sockets view counts as long as they view it. Only a network at its bound forgets anything, so others need no renewal. */
    renew(viewings: Iterable<Viewing>): void {
      if (![...wanted.entries()].some(([, tickers]) => isFull(tickers))) return;
      for (const { asker, viewed } of viewings) {
        const known = wanted.get(asker.id);
        if (!known || !isFull(known)) continue;
        for (const { ticker } of viewed) {
          if (known.has(ticker)) known.set(ticker, clock.now() + rememberedMs);
        }
      }
    },
  };
}

const none: ReadonlySet<Ticker> = new Set();

function isFull(tickers: ReadonlyMap<Ticker, number>): boolean {
  return tickers.size >= tickersPerNetworkMax;
}
