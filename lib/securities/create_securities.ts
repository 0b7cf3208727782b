// Owns the known securities: those of universe.json and those of the source, and which of them can be priced. Ranks nothing.

import { createClock } from "../clock.ts";
import type { Ticker } from "../quote.ts";
import { isSameSecurity, listedSecurity } from "./known/listed_security.ts";
import { readWorld } from "./known/world.ts";
import { createNearest, type Nearest } from "./search/nearest.ts";
import { createSearch, type Search } from "./search/search.ts";
import { createSearchIndex, type Listing } from "./search/index.ts";
import { type CatalogEntry, catalogMax, type Securities, type Security } from "./securities.ts";
import { keysAStepMax, runAtOnce, runWithPauses, type Steps, visitInSteps } from "./steps.ts";
import { readUniverse } from "./universe.ts";

const muchWatchedCount = 200;

/** What is derived from the list of priceable securities. */
interface PriceableIndex {
  readonly tickers: readonly Ticker[];
  readonly tickerSet: ReadonlySet<Ticker>;
  readonly muchWatched: ReadonlySet<Ticker>;
  readonly search: Search;
  readonly nearest: Nearest;
  readonly coverage: string;
}

/** The most watched listing comes first. All listings count as priceable until a source's list is merged. */
export function createSecurities(
  listings: readonly Listing[] = [...readUniverse().listings, ...readWorld()],
  { clock = createClock() } = {},
): Securities {
  /** The most watched come first. A known ticker is never removed. */
  const known = new Map<Ticker, Listing>(
    listings.map((listing) => [listing.security.ticker, listing]),
  );
  const inFile: ReadonlyMap<Ticker, Security> = new Map(
    listings.map(({ security }) => [security.ticker, security]),
  );
  let priceable: readonly Listing[] = [...known.values()];
  let index = runAtOnce(createIndex(priceable));
  let lastMerge: Promise<unknown> = Promise.resolve();

  function* mergeInSteps(catalog: readonly CatalogEntry[]): Steps<void> {
    const tickers = new Set<Ticker>();
    yield* visitInSteps(catalog, keysAStepMax, (entry) => {
      if (entry.priceable) tickers.add(entry.ticker);
      const former = known.get(entry.ticker);
      const security = listedSecurity(entry, inFile.get(entry.ticker));
      if (former && isSameSecurity(former.security, security)) return;
      known.set(entry.ticker, { security, aliases: former?.aliases ?? [] });
    });
    const next: Listing[] = [];
    yield* visitInSteps([...known.values()], keysAStepMax, (listing) => {
      if (tickers.has(listing.security.ticker)) next.push(listing);
    });
    // Creating an index takes time, so an unchanged list keeps its index.
    if (isSame(next, priceable)) return;
    const nextIndex = yield* createIndex(next);
    priceable = next;
    index = nextIndex;
  }

  /** One merge after another, in the order of the calls. */
  function merge(catalog: readonly CatalogEntry[]): Promise<void> {
    // An empty list means that the source cannot list its securities.
    if (catalog.length === 0) return Promise.resolve();
    // The worker stores no more than this. What an older version stored beyond it is left out.
    const steps = () => runWithPauses(mergeInSteps(catalog.slice(0, catalogMax)), clock);
    const merged = lastMerge.then(steps, steps);
    lastMerge = merged;
    return merged;
  }

  return {
    find: (ticker) => known.get(ticker)?.security,
    isPriceable: (ticker) => index.tickerSet.has(ticker),
    isMuchWatched: (ticker) => index.muchWatched.has(ticker),
    tickers: () => index.tickers,
    search: (query, limit) => index.search(query, limit),
    nearest: (query, limit) => index.nearest(query, limit),
    coverage: () => index.coverage,
    merge,
  };
}

function* createIndex(listings: readonly Listing[]): Steps<PriceableIndex> {
  const tickers = listings.map(({ security }) => security.ticker);
  yield;
  const tickerSet = new Set(tickers);
  yield;
  const searchIndex = yield* createSearchIndex(listings);
  return {
    tickers,
    tickerSet,
    muchWatched: new Set(tickers.slice(0, muchWatchedCount)),
    search: createSearch(listings, searchIndex),
    nearest: createNearest(listings, searchIndex),
    coverage: coverageOf(listings),
  };
}

function coverageOf(listings: readonly Listing[]): string {
  const count = (number: number) => number.toLocaleString("en-US");
  const usual =
    listings.filter(({ security: { kind, currency } }) =>
      (kind === "share" || kind === "fund") && currency === "USD"
    ).length;
  const others = listings.length - usual;
  if (usual === 0) return `${count(others)} securities`;
  return `${count(usual)} US stocks and funds${others > 0 ? `, and ${count(others)} others` : ""}`;
}

function isSame(a: readonly Listing[], b: readonly Listing[]): boolean {
  return a.length === b.length && a.every((listing, at) => listing === b[at]);
}
