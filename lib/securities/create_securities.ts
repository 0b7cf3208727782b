// Owns the universe in use: the file's securities and a source's own, which of them can be priced. Ranks no answers.

import type { Ticker } from "../quote.ts";
import { createSearch, type Search } from "./search.ts";
import type { Listing } from "./search_index.ts";
import type { CatalogEntry, Securities } from "./securities.ts";
import { readUniverse } from "./universe.ts";

const muchWatchedCount = 200;

interface Offer {
  readonly tickers: readonly Ticker[];
  readonly priceable: ReadonlySet<Ticker>;
  readonly muchWatched: ReadonlySet<Ticker>;
  readonly search: Search;
}

/** Until a source's list is merged every listing counts as priceable. Listings come most watched first. */
export function createSecurities(
  listings: readonly Listing[] = readUniverse().listings,
): Securities {
  /** In the order of most watched; a ticker once known is never removed. */
  const known = new Map<Ticker, Listing>(
    listings.map((listing) => [listing.security.ticker, listing]),
  );
  const inFile: ReadonlySet<Ticker> = new Set(known.keys());
  let offered: readonly Listing[] = [...known.values()];
  let offer = createOffer(offered);

  function merge(catalog: readonly CatalogEntry[]): void {
    // A source that lists nothing at all is a source without a list.
    if (catalog.length === 0) return;
    for (const { ticker, name } of catalog) {
      if (inFile.has(ticker) || known.get(ticker)?.security.name === name) continue;
      known.set(ticker, { security: { ticker, name, exchange: "" }, aliases: [] });
    }
    const priced = new Set(
      catalog.filter((entry) => entry.priceable).map((entry) => entry.ticker),
    );
    const next = [...known.values()].filter(({ security }) => priced.has(security.ticker));
    // Lists seldom change, and a new index takes a while: the old one stays while it is right.
    if (isSame(next, offered)) return;
    offered = next;
    offer = createOffer(next);
  }

  return {
    find: (ticker) => known.get(ticker)?.security,
    isPriceable: (ticker) => offer.priceable.has(ticker),
    isMuchWatched: (ticker) => offer.muchWatched.has(ticker),
    tickers: () => offer.tickers,
    search: (query, limit) => offer.search(query, limit),
    merge,
  };
}

function createOffer(listings: readonly Listing[]): Offer {
  const tickers = listings.map(({ security }) => security.ticker);
  return {
    tickers,
    priceable: new Set(tickers),
    muchWatched: new Set(tickers.slice(0, muchWatchedCount)),
    search: createSearch(listings),
  };
}

function isSame(a: readonly Listing[], b: readonly Listing[]): boolean {
  return a.length === b.length && a.every((listing, at) => listing === b[at]);
}
