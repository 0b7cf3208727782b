// Owns which tickers the viewers of a chaos run watch.

import { readUniverse } from "../../lib/securities/universe.ts";

/** Two batches of the upstream's. Anonymous viewers count too: they are among the most watched. */
export const watchedTickers: readonly string[] = readUniverse().listings.slice(0, 100)
  .map(({ security }) => security.ticker);
