// Owns the union of the interest of all instances. Does no I/O.

import type { Ticker } from "../quote.ts";
import type { Interest } from "./bus.ts";

/** The most tickers that are polled; above it, anonymous interest is cut first, and tickers of greater ranks before others. */
export const wantedTickersMax = 20_000;

/** A ticker that a signed-in viewer wants is left out of `anonymous`. Of several ranks of a ticker the smallest counts. */
export function uniteInterest(interests: Iterable<Interest>): Interest {
  const signedIn = new Set<Ticker>();
  const anonymous = new Set<Ticker>();
  const ranks = new Map<Ticker, number>();
  for (const interest of interests) {
    for (const ticker of interest.signedIn) signedIn.add(ticker);
    for (const ticker of interest.anonymous) anonymous.add(ticker);
    for (const [ticker, rank] of interest.ranks ?? []) {
      ranks.set(ticker, Math.min(rank, ranks.get(ticker) ?? Infinity));
    }
  }
  function first(tickers: Iterable<Ticker>, count: number): Ticker[] {
    const all = [...tickers];
    if (all.length <= count) return all;
    return all.sort((a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0)).slice(0, count);
  }
  const users = first(signedIn, wantedTickersMax);
  const visitors = first(anonymous.difference(signedIn), wantedTickersMax - users.length);
  return { signedIn: users, anonymous: visitors, ...(ranks.size > 0 && { ranks }) };
}
