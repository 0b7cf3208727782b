// Owns which viewer watches which ticker, in both directions, and reports when the demand for a ticker changes. Pure: no I/O.

import type { Demand, Transition } from "../interest/interest.ts";
import type { Ticker } from "../quote.ts";

interface TickerEntry<Viewer, Slot> {
  readonly ticker: Ticker;
  readonly slot: Slot;
  readonly viewers: Set<Viewer>;
  signedInViewers: number;
  uncountedViewers: number;
}

interface ViewerEntry<Viewer, Slot> {
  readonly entries: readonly TickerEntry<Viewer, Slot>[];
  /** The slots of the entries, as an array of their own: the hot loop of the flush follows one pointer for each ticker. */
  readonly slots: readonly Slot[];
  readonly signedIn: boolean;
  /** The viewer sees these tickers without demanding them. */
  readonly uncounted: ReadonlySet<Ticker>;
}

export type Registry<Viewer, Slot> = ReturnType<typeof createRegistry<Viewer, Slot>>;

/** A slot is what the caller stores for a ticker while it has viewers; its first viewer creates it. */
export function createRegistry<Viewer, Slot>(makeSlot: (ticker: Ticker) => Slot) {
  const tickerEntries = new Map<Ticker, TickerEntry<Viewer, Slot>>();
  const viewerEntries = new Map<Viewer, ViewerEntry<Viewer, Slot>>();

  function entryOf(ticker: Ticker): TickerEntry<Viewer, Slot> {
    const present = tickerEntries.get(ticker);
    if (present) return present;
    const entry = {
      ticker,
      slot: makeSlot(ticker),
      viewers: new Set<Viewer>(),
      signedInViewers: 0,
      uncountedViewers: 0,
    };
    tickerEntries.set(ticker, entry);
    return entry;
  }

  /** Replaces the tickers of the viewer; repeated tickers count once. */
  function watch(
    viewer: Viewer,
    tickers: Iterable<Ticker>,
    { signedIn, uncounted = none }: { signedIn: boolean; uncounted?: ReadonlySet<Ticker> },
  ): Transition[] {
    const demandBefore = new Map<TickerEntry<Viewer, Slot>, Demand>();
    const former = viewerEntries.get(viewer);
    for (const entry of former?.entries ?? []) {
      demandBefore.set(entry, demandOf(entry));
      entry.viewers.delete(viewer);
      if (former?.signedIn) entry.signedInViewers--;
      if (former?.uncounted.has(entry.ticker)) entry.uncountedViewers--;
    }
    const watched: TickerEntry<Viewer, Slot>[] = [];
    for (const ticker of new Set(tickers)) {
      const entry = entryOf(ticker);
      if (!demandBefore.has(entry)) demandBefore.set(entry, demandOf(entry));
      entry.viewers.add(viewer);
      if (signedIn) entry.signedInViewers++;
      if (uncounted.has(ticker)) entry.uncountedViewers++;
      watched.push(entry);
    }
    if (watched.length === 0) viewerEntries.delete(viewer);
    else viewerEntries.set(viewer, viewerEntry(watched, { signedIn, uncounted }));
    return settle(demandBefore);
  }

  /** Drops the tickers without viewers, and returns each change of demand. */
  function settle(demandBefore: ReadonlyMap<TickerEntry<Viewer, Slot>, Demand>): Transition[] {
    const transitions: Transition[] = [];
    for (const [entry, from] of demandBefore) {
      const to = demandOf(entry);
      if (entry.viewers.size === 0) tickerEntries.delete(entry.ticker);
      if (to !== from) transitions.push({ ticker: entry.ticker, from, to });
    }
    return transitions;
  }

  return {
    watch,
    release: (viewer: Viewer): Transition[] => watch(viewer, [], { signedIn: false }),
    /** Undefined if the viewer watches nothing. */
    slotsOf(viewer: Viewer): readonly Slot[] | undefined {
      return viewerEntries.get(viewer)?.slots;
    },
    /** Every viewer that watches something; may be iterated while it changes. */
    viewerEntries: (): ReadonlyMap<Viewer, {
      /** In the order in which the viewer named them. */
      readonly entries: readonly { readonly ticker: Ticker }[];
      readonly slots: readonly Slot[];
    }> => viewerEntries,
    viewers: (ticker: Ticker): Iterable<Viewer> => tickerEntries.get(ticker)?.viewers ?? [],
    slot: (ticker: Ticker): Slot | undefined => tickerEntries.get(ticker)?.slot,
    tickers: (): Iterable<Ticker> => tickerEntries.keys(),
    slots: (): Iterable<Slot> => tickerEntries.values().map((entry) => entry.slot),
  };
}

function viewerEntry<Viewer, Slot>(
  entries: readonly TickerEntry<Viewer, Slot>[],
  { signedIn, uncounted }: Pick<ViewerEntry<Viewer, Slot>, "signedIn" | "uncounted">,
): ViewerEntry<Viewer, Slot> {
  return { entries, slots: entries.map((entry) => entry.slot), signedIn, uncounted };
}

function demandOf(
  { viewers, signedInViewers, uncountedViewers }: {
    viewers: ReadonlySet<unknown>;
    signedInViewers: number;
    uncountedViewers: number;
  },
): Demand {
  if (signedInViewers > 0) return "signedIn";
  return viewers.size > uncountedViewers ? "anonymous" : "none";
}

const none: ReadonlySet<Ticker> = new Set();
