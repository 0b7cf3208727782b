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

export interface Transition {
  readonly ticker: Ticker;
  readonly from: Demand;
  readonly to: Demand;
}

/** The interest of HTTP requests. */
export interface RequestInterest {
  /** Counts as interest for 60 s. */
  touch(tickers: readonly Ticker[], options: { signedIn: boolean }): void;
  /** The mirror's quotes. Waits up to `waitMs` while one of the wanted tickers has no fresh price. */
  fresh(
    tickers: readonly Ticker[],
    options: { signedIn: boolean; waitMs: number },
  ): Promise<Snapshot>;
}

/** The interest of sockets. */
export interface ViewerInterest {
  viewed(transitions: readonly Transition[]): void;
}

export interface InterestService extends RequestInterest, ViewerInterest {
  /** Answers waiting requests at once, and sends nothing more to the bus. */
  close(): void;
}
