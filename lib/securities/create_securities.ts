// Owns the known securities: those of universe.json and those of the source, and which of them can be priced. Ranks nothing.

import type { Ticker } from "../quote.ts";
import { isSameSecurity, listedSecurity } from "./listed_security.ts";
import { createSearch, type Search } from "./search.ts";
import type { Listing } from "./search_index.ts";
import type { CatalogEntry, Securities, Security } from "./securities.ts";
import { readUniverse } from "./universe.ts";

const muchWatchedCount = 200;

/** What is derived from the list of priceable securities. */
interface PriceableIndex {
  readonly tickers: readonly Ticker[];
  readonly tickerSet: ReadonlySet<Ticker>;
  readonly muchWatched: ReadonlySet<Ticker>;
  readonly search: Search;
}

/** The most watched listing comes first. All listings count as priceable until a source's list is merged. */
export function createSecurities(
  listings: readonly Listing[] = readUniverse().listings,
): Securities {
  /** The most watched come first. A known ticker is never removed. */
  const known = new Map<Ticker, Listing>(
    listings.map((listing) => [listing.security.ticker, listing]),
  );
  const inFile: ReadonlyMap<Ticker, Security> = new Map(
    listings.map(({ security }) => [security.ticker, security]),
  );
  let priceable: readonly Listing[] = [...known.values()];
  let index = createIndex(priceable);

  function merge(catalog: readonly CatalogEntry[]): void {
    // An empty list means that the source cannot list its securities.
    if (catalog.length === 0) return;
    for (const entry of catalog) {
      const former = known.get(entry.ticker);
      const security = listedSecurity(entry, inFile.get(entry.ticker));
      if (former && isSameSecurity(former.security, security)) continue;
      known.set(entry.ticker, { security, aliases: former?.aliases ?? [] });
    }
    const tickers = new Set(
      catalog.filter((entry) => entry.priceable).map((entry) => entry.ticker),
    );
    const next = [...known.values()].filter(({ security }) => tickers.has(security.ticker));
    // Creating an index takes time, so an unchanged list keeps its index.
    if (isSame(next, priceable)) return;
    priceable = next;
    index = createIndex(next);
  }

  return {
    find: (ticker) => known.get(ticker)?.security,
    isPriceable: (ticker) => index.tickerSet.has(ticker),
    isMuchWatched: (ticker) => index.muchWatched.has(ticker),
    tickers: () => index.tickers,
    search: (query, limit) => index.search(query, limit),
    merge,
  };
}

function createIndex(listings: readonly Listing[]): PriceableIndex {
  const tickers = listings.map(({ security }) => security.ticker);
  return {
    tickers,
    tickerSet: new Set(tickers),
    muchWatched: new Set(tickers.slice(0, muchWatchedCount)),
    search: createSearch(listings),
  };
}

function isSame(a: readonly Listing[], b: readonly Listing[]): boolean {
  return a.length === b.length && a.every((listing, at) => listing === b[at]);
}
