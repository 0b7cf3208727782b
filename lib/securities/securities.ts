// Owns the interface of the securities: which are known, which can be priced, and the search for them.

import type { Market, SecurityKind, Ticker } from "../quote.ts";

export interface Security {
  readonly ticker: Ticker;
  readonly name: string;
  readonly exchange: string;
  /** Unset if unknown. */
  readonly kind?: SecurityKind;
  /** ISO 4217; unset if unknown. */
  readonly currency?: string;
  /** Whose hours hold for it. */
  readonly market: Market;
}

/** A security that a text or a query means. */
export interface FoundSecurity extends Security {
  /** The ticker that the security had before, if the text has this one: FB for META. */
  readonly formerTicker?: Ticker;
}

/** A security in the list of the present source. The store saves it in this form. */
export interface CatalogEntry {
  readonly ticker: Ticker;
  readonly name: string;
  readonly priceable: boolean;
  readonly exchange?: string;
  readonly kind?: SecurityKind;
  readonly currency?: string;
}

export interface Securities {
  /** Also finds securities that cannot be priced, so that a ticker on a list keeps its name. */
  find(ticker: Ticker): Security | undefined;
  /** True if the source can price the security. Only such securities are searched and may be added to lists. */
  isPriceable(ticker: Ticker): boolean;
  /** True for the first 200 priceable securities. */
  isMuchWatched(ticker: Ticker): boolean;
  /** All priceable tickers, the most watched first. */
  tickers(): readonly Ticker[];
  /** Returns at most `limit` securities, the best match first. */
  search(query: string, limit: number): readonly FoundSecurity[];
  /** At most `limit` securities whose names are near to a query that has no result; none if nothing is near. */
  nearest(query: string, limit: number): readonly Security[];
  /** How many securities are covered, as text: "1,129 US stocks and funds". */
  coverage(): string;
  /**
   * Merges the source's list, which decides what can be priced. Names, exchanges and aliases of universe.json stay. It works
   * in steps; until it resolves, what can be priced and searched is as before.
   */
  merge(catalog: readonly CatalogEntry[]): Promise<void>;
}

/** A catalog has at most this number of entries. The worker leaves the rest of a source's list out. */
export const catalogMax = 150_000;

/** A longer query is cut. */
export const queryLengthMax = 64;
