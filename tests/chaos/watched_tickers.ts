// Owns which tickers the viewers of a chaos run watch.

import { readUniverse } from "../../lib/securities/universe.ts";

/** Two batches for the upstream. They are among the most watched tickers, because anonymous viewers count too. */
export const watchedTickers: readonly string[] = readUniverse().listings.slice(0, 100)
  .map(({ security }) => security.ticker);
