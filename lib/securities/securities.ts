// Owns the interface of the universe: which securities exist, which can be priced, and the search over them.

import type { Ticker } from "../quote.ts";

export interface Security {
  readonly ticker: Ticker;
  readonly name: string;
  readonly exchange: string;
}

/** A security as the present source lists it, in the form of the store. */
export interface CatalogEntry {
  readonly ticker: Ticker;
  readonly name: string;
  readonly priceable: boolean;
}

export interface Securities {
  /** Finds also a security that cannot be priced, so that a ticker on a list keeps its name. */
  find(ticker: Ticker): Security | undefined;
  /** True if the source can price it: only these securities are searched and may be added. */
  isPriceable(ticker: Ticker): boolean;
  /** Among the universe's first 200. */
  isMuchWatched(ticker: Ticker): boolean;
  /** All priceable tickers, most watched first. */
  tickers(): readonly Ticker[];
  /** Ranked, at most `limit`; blank or no match: []. */
  search(query: string, limit: number): readonly Security[];
  /** Merges the source's own list, which says what can be priced. Names, exchanges and aliases of the file stay. */
  merge(catalog: readonly CatalogEntry[]): void;
}

/** The longest query searched; a longer one is cut. */
export const queryLengthMax = 64;
