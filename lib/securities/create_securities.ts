// Owns the present universe: the securities of the file and of the source, and which of them can be priced. Ranks nothing.

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

/** Every listing counts as priceable until a source's list is merged. The most watched listing comes first. */
export function createSecurities(
  listings: readonly Listing[] = readUniverse().listings,
): Securities {
  /** The most watched first; a known ticker is never removed. */
  const known = new Map<Ticker, Listing>(
    listings.map((listing) => [listing.security.ticker, listing]),
  );
  const inFile: ReadonlySet<Ticker> = new Set(known.keys());
  let offered: readonly Listing[] = [...known.values()];
  let offer = createOffer(offered);

  function merge(catalog: readonly CatalogEntry[]): void {
    // An empty list means that the source has no list.
    if (catalog.length === 0) return;
    for (const { ticker, name } of catalog) {
      if (inFile.has(ticker) || known.get(ticker)?.security.name === name) continue;
      known.set(ticker, { security: { ticker, name, exchange: "" }, aliases: [] });
    }
    const priced = new Set(
      catalog.filter((entry) => entry.priceable).map((entry) => entry.ticker),
    );
    const next = [...known.values()].filter(({ security }) => priced.has(security.ticker));
    // Lists seldom change, and a new index takes time: an unchanged list keeps its index.
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
