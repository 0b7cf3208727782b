// Owns the interface of the bus, which carries ticks, interest, announcements and the lease. memory_bus.ts and redis_bus.ts implement it.

import type { Quote, Ticker, Version } from "../quote.ts";
import type { Watchlist } from "../watchlist.ts";

/** What the worker publishes at once: at each mark of the cadence, and between two marks for newcomers. */
export interface Tick extends Version {
  readonly kind: "mark" | "newcomers";
  /** The time of publication, Unix ms. */
  readonly at: number;
  /** The present cadence. */
  readonly tickMs: number;
  /** The latest time of the next mark, Unix ms. */
  readonly nextAt: number;
  /** Quotes that were read and differ from the last tick. */
  readonly quotes: readonly Quote[];
  /** Tickers whose quotes were read again and did not change. A wanted ticker in neither list could not be read. */
  readonly unchanged: readonly Ticker[];
  /** For a source that sends no times: when the unchanged quotes were requested. Absent: their `asOf` stays. */
  readonly unchangedAsOf?: number;
  /** The recent calls of the sources, so that the next leader keeps to their budgets. */
  readonly spent?: readonly SpentCalls[] | undefined;
}

/** The calls that count against one limit of a source. */
export interface SpentCalls {
  readonly source: string;
  readonly windowMs: number;
  readonly calls: readonly (readonly [at: number, amount: number])[];
}

export interface ChangedQuote {
  readonly quote: Quote;
  /** True if only the price and its age differ from the quote that the mirror had. */
  readonly onlyPrice: boolean;
}

/** A tick after the local mirror applied it. */
export interface TickUpdate {
  readonly tick: Tick;
  /** The quotes that the mirror accepted; it drops older ones. */
  readonly changed: readonly ChangedQuote[];
}

/** The quotes of the mirror; `stale` is decided at the time of the call. */
export interface Snapshot extends Version {
  readonly at: number;
  readonly tickMs: number;
  readonly nextAt: number;
  readonly spent?: Tick["spent"];
  readonly quotes: readonly Quote[];
}

/** The tickers that viewers watch. A ticker stands in `anonymous` only if no signed-in viewer watches it. */
export interface Interest {
  readonly signedIn: readonly Ticker[];
  readonly anonymous: readonly Ticker[];
  /** When the budget is short, tickers of smaller ranks are read first. A ticker without a rank has the smallest one. */
  readonly ranks?: ReadonlyMap<Ticker, number>;
}

export type Announcement =
  | { readonly kind: "list_changed"; readonly userId: string; readonly list: Watchlist }
  | { readonly kind: "list_deleted"; readonly userId: string; readonly listId: string }
  /** A list was moved: another list may be the user's first one now. */
  | { readonly kind: "lists_reordered"; readonly userId: string }
  | { readonly kind: "session_revoked"; readonly userId: string; readonly sessionId: string }
  | { readonly kind: "newcomers"; readonly interest: Interest }
  | { readonly kind: "catalog_changed" }
  | { readonly kind: "lease_free" };

/** The right to poll and publish. A tick with another `epoch` is refused. */
export interface Lease {
  readonly holder: string;
  readonly epoch: number;
  readonly expiresAt: number;
}

export interface LeasePort {
  /** Undefined: another instance holds the lease. The new epoch is greater than `seenEpoch` and than every earlier epoch. */
  take(holder: string, options: { ttlMs: number; seenEpoch: number }): Promise<Lease | undefined>;
  /** Undefined: the lease expired, or another instance took it. */
  renew(lease: Lease, options: { ttlMs: number }): Promise<Lease | undefined>;
  /** Frees the lease and announces `lease_free`. Does nothing if the caller does not hold the lease any more. */
  release(lease: Lease): Promise<void>;
}

export type PublishOutcome = "published" | "stale_epoch";

export type Unsubscribe = () => void;

export interface Bus {
  /** Shown to the operator at start: "in-process", "Redis". */
  readonly name: string;
  /** Publishes the tick and renews the lease. A stale epoch is refused. */
  publish(tick: Tick, lease: Lease): Promise<PublishOutcome>;
  /** Calls `onTick` for each tick, in order, after the mirror applied it. */
  subscribe(onTick: (update: TickUpdate) => void): Unsubscribe;
  /** Reads the local mirror, never the network. Without tickers it returns the version alone. */
  latest(tickers: Iterable<Ticker>): Snapshot;
  /** Replaces the interest of the instance; it is valid for 30 s. The same command announces the newcomers in it. */
  want(
    instanceId: string,
    interest: Interest,
    options?: { newcomers?: Interest },
  ): Promise<void>;
  /** Returns the interest of all instances together. */
  wanted(): Promise<Interest>;
  announce(announcement: Announcement): Promise<void>;
  onAnnounce(listener: (announcement: Announcement) => void): Unsubscribe;
  /** Calls `listener` when announcements were lost: the data that they concern must be read again. */
  onGap(listener: () => void): Unsubscribe;
  readonly lease: LeasePort;
  /** Rejects if the bus does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The interest of an instance is dropped if the instance does not repeat it within this time. */
export const wantTtlMs = 30_000;

/** A bus that does not answer within this time counts as failed. */
export const busTimeoutMs = 2_000;
