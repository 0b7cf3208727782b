// Owns the interface of interest: which tickers this instance wants polled, and the wait for a first price.

import type { Snapshot } from "../bus/bus.ts";
import type { Ticker } from "../quote.ts";

/** A page or a polling client waits this long for the first price of a ticker. */
export const firstPriceWaitMs = 1_200;

export interface Universe {
  isKnown(ticker: Ticker): boolean;
  /** Among the universe's first 200: anonymous interest counts for these. */
  isMuchWatched(ticker: Ticker): boolean;
}

/** The strongest reason to have a ticker's price: a signed-in viewer, anonymous viewers only, no viewer. */
export type Demand = "signedIn" | "anonymous" | "none";

/** Who wants a price: a user, or the network of an anonymous visitor. It is charged for the calls that it causes. */
export interface Asker {
  readonly id: string;
  readonly signedIn: boolean;
}

export const asUser = (userId: string): Asker => ({ id: `user ${userId}`, signedIn: true });
export const asVisitor = (network: string): Asker => ({
  id: `network ${network}`,
  signedIn: false,
});

export interface Transition {
  readonly ticker: Ticker;
  readonly from: Demand;
  readonly to: Demand;
}

/** What one socket views, in the order of its lists. */
export interface Viewing {
  readonly asker: Asker;
  readonly viewed: readonly { readonly ticker: Ticker }[];
}

/** The interest of HTTP requests. */
export interface RequestInterest {
  /** Counts as interest for 60 s. */
  touch(tickers: readonly Ticker[], asker: Asker): void;
  /** The mirror's quotes. Waits up to `waitMs` while one of the wanted tickers has no fresh price, but is read between two marks. */
  fresh(
    tickers: readonly Ticker[],
    options: { asker: Asker; waitMs: number },
  ): Promise<Snapshot>;
}

/** The interest of sockets. */
export interface ViewerInterest {
  /** Newcomers among the tickers are charged to the asker. */
  viewed(transitions: readonly Transition[], asker: Asker): void;
  /** The tickers that do not count as wanted, because the asker's network wants too many. Notes the others. */
  beyondBound(tickers: Iterable<Ticker>, asker: Asker): ReadonlySet<Ticker>;
  /** Gives the reader of all that sockets view now. Networks that view a ticker go on wanting it. */
  followViewers(read: () => Iterable<Viewing>): void;
}

export interface InterestService extends RequestInterest, ViewerInterest {
  /** Answers waiting requests at once, and sends nothing more to the bus. */
  close(): void;
}
