// Owns the union of the interest of all instances. Does no I/O.

import type { Ticker } from "../quote.ts";
import type { Interest } from "./bus.ts";

/** The most tickers that are polled; above it, anonymous interest is cut first. */
export const wantedTickersMax = 20_000;

/** A ticker that a signed-in viewer wants is left out of `anonymous`. */
export function uniteInterest(interests: Iterable<Interest>): Interest {
  const signedIn = new Set<Ticker>();
  const anonymous = new Set<Ticker>();
  for (const interest of interests) {
    for (const ticker of interest.signedIn) signedIn.add(ticker);
    for (const ticker of interest.anonymous) anonymous.add(ticker);
  }
  const first = [...signedIn].slice(0, wantedTickersMax);
  const second = [...anonymous].filter((ticker) => !signedIn.has(ticker));
  return { signedIn: first, anonymous: second.slice(0, wantedTickersMax - first.length) };
}
