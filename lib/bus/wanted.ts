// Owns the union of what all instances want. Does no I/O.

import type { Ticker } from "../quote.ts";
import type { Interest } from "./bus.ts";

/** More tickers than this are not polled; anonymous interest is cut first. */
export const wantedTickersMax = 20_000;

/** What anybody signed in wants is never also listed as anonymous. */
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
