// Owns which viewer watches which ticker, in both directions, and reports when the demand for a ticker changes. Pure: no I/O.

import type { Demand, Transition } from "../interest/interest.ts";
import type { Ticker } from "../quote.ts";

interface Entry<Viewer, Slot> {
  readonly ticker: Ticker;
  readonly slot: Slot;
  readonly viewers: Set<Viewer>;
  signedInViewers: number;
}

interface Holding<Viewer, Slot> {
  readonly entries: readonly Entry<Viewer, Slot>[];
  /** For the flush: an array of its own, so that the hot loop follows one pointer for each ticker. */
  readonly slots: readonly Slot[];
  readonly signedIn: boolean;
}

export type Registry<Viewer, Slot> = ReturnType<typeof createRegistry<Viewer, Slot>>;

/** A slot is what the caller stores for a ticker while it has viewers; its first viewer creates it. */
export function createRegistry<Viewer, Slot>(makeSlot: (ticker: Ticker) => Slot) {
  const entries = new Map<Ticker, Entry<Viewer, Slot>>();
  const holdings = new Map<Viewer, Holding<Viewer, Slot>>();

  function obtain(ticker: Ticker): Entry<Viewer, Slot> {
    const present = entries.get(ticker);
    if (present) return present;
    const entry = {
      ticker,
      slot: makeSlot(ticker),
      viewers: new Set<Viewer>(),
      signedInViewers: 0,
    };
    entries.set(ticker, entry);
    return entry;
  }

  /** Replaces the tickers of the viewer; repeated tickers count once. */
  function hold(
    viewer: Viewer,
    tickers: Iterable<Ticker>,
    { signedIn }: { signedIn: boolean },
  ): Transition[] {
    const demandBefore = new Map<Entry<Viewer, Slot>, Demand>();
    const former = holdings.get(viewer);
    for (const entry of former?.entries ?? []) {
      demandBefore.set(entry, demandOf(entry));
      entry.viewers.delete(viewer);
      if (former?.signedIn) entry.signedInViewers--;
    }
    const held: Entry<Viewer, Slot>[] = [];
    for (const ticker of new Set(tickers)) {
      const entry = obtain(ticker);
      if (!demandBefore.has(entry)) demandBefore.set(entry, demandOf(entry));
      entry.viewers.add(viewer);
      if (signedIn) entry.signedInViewers++;
      held.push(entry);
    }
    if (held.length === 0) holdings.delete(viewer);
    else holdings.set(viewer, { entries: held, slots: held.map((entry) => entry.slot), signedIn });
    return settle(demandBefore);
  }

  function settle(demandBefore: ReadonlyMap<Entry<Viewer, Slot>, Demand>): Transition[] {
    const transitions: Transition[] = [];
    for (const [entry, from] of demandBefore) {
      const to = demandOf(entry);
      if (to === "none") entries.delete(entry.ticker);
      if (to !== from) transitions.push({ ticker: entry.ticker, from, to });
    }
    return transitions;
  }

  return {
    hold,
    release: (viewer: Viewer): Transition[] => hold(viewer, [], { signedIn: false }),
    /** Undefined if the viewer watches nothing. */
    slotsOf: (viewer: Viewer): readonly Slot[] | undefined => holdings.get(viewer)?.slots,
    /** Every viewer that watches something; may be iterated while it changes. */
    holdings: (): ReadonlyMap<Viewer, { readonly slots: readonly Slot[] }> => holdings,
    viewers: (ticker: Ticker): Iterable<Viewer> => entries.get(ticker)?.viewers ?? [],
    slot: (ticker: Ticker): Slot | undefined => entries.get(ticker)?.slot,
    tickers: (): Iterable<Ticker> => entries.keys(),
    slots: (): Iterable<Slot> => entries.values().map((entry) => entry.slot),
  };
}

function demandOf(entry: { viewers: ReadonlySet<unknown>; signedInViewers: number }): Demand {
  if (entry.signedInViewers > 0) return "signedIn";
  return entry.viewers.size > 0 ? "anonymous" : "none";
}
