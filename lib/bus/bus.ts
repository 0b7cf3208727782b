// Owns the bus interface: ticks out, interest back, announcements and the lease. Two twins implement it.

import type { Quote, Ticker, Version } from "../quote.ts";
import type { Watchlist } from "../watchlist.ts";

/** One publication of the worker: at a mark of the cadence, or of newcomers between two marks. */
export interface Tick extends Version {
  readonly kind: "mark" | "newcomers";
  /** When it was published, Unix ms. */
  readonly at: number;
  /** The present cadence. */
  readonly tickMs: number;
  /** When the next mark is due at the latest, Unix ms. */
  readonly nextAt: number;
  /** What was read and differs from the last tick. */
  readonly quotes: readonly Quote[];
  /** What was read again and is the same. A wanted ticker in neither could not be read. */
  readonly unchanged: readonly Ticker[];
  /** For a source without times: when the unchanged ones were asked for. Absent: their `asOf` stays. */
  readonly unchangedAsOf?: number;
  /** What its sources were asked of late, so that whoever leads next keeps to their budgets. */
  readonly spent?: readonly SpentCalls[] | undefined;
}

/** Calls that count against one limit of a source. */
export interface SpentCalls {
  readonly source: string;
  readonly windowMs: number;
  readonly calls: readonly (readonly [at: number, amount: number])[];
}

export interface ChangedQuote {
  readonly quote: Quote;
  /** Nothing but price and age differs from what the mirror held. */
  readonly onlyPrice: boolean;
}

/** A tick as applied to the local mirror. */
export interface TickUpdate {
  readonly tick: Tick;
  /** The accepted quotes; older ones were dropped. */
  readonly changed: readonly ChangedQuote[];
}

/** What the mirror holds, with staleness decided now. */
export interface Snapshot extends Version {
  readonly at: number;
  readonly tickMs: number;
  readonly nextAt: number;
  readonly spent?: Tick["spent"];
  readonly quotes: readonly Quote[];
}

/** The tickers somebody watches; `anonymous` never repeats what `signedIn` holds. */
export interface Interest {
  readonly signedIn: readonly Ticker[];
  readonly anonymous: readonly Ticker[];
}

export type Announcement =
  | { readonly kind: "list_changed"; readonly userId: string; readonly list: Watchlist }
  | { readonly kind: "list_deleted"; readonly userId: string; readonly listId: string }
  /** A list was moved: the user's first list may be another one now. */
  | { readonly kind: "lists_reordered"; readonly userId: string }
  | { readonly kind: "session_revoked"; readonly userId: string; readonly sessionId: string }
  | { readonly kind: "newcomers"; readonly interest: Interest }
  | { readonly kind: "catalog_changed" }
  | { readonly kind: "lease_free" };

/** The right to poll and publish, fenced by `epoch`. */
export interface Lease {
  readonly holder: string;
  readonly epoch: number;
  readonly expiresAt: number;
}

export interface LeasePort {
  /** Undefined: somebody else holds it. The new epoch is above `seenEpoch` and every earlier one. */
  take(holder: string, options: { ttlMs: number; seenEpoch: number }): Promise<Lease | undefined>;
  /** Undefined: it was lost. */
  renew(lease: Lease, options: { ttlMs: number }): Promise<Lease | undefined>;
  /** Frees it and announces `lease_free`; does nothing when it was lost already. */
  release(lease: Lease): Promise<void>;
}

export type PublishOutcome = "published" | "stale_epoch";

export type Unsubscribe = () => void;

export interface Bus {
  /** Shown to the operator at start: "in-process", "Redis". */
  readonly name: string;
  /** Publishes and renews the lease with it; a stale epoch is refused. */
  publish(tick: Tick, lease: Lease): Promise<PublishOutcome>;
  /** Called in order, after the mirror took the tick. */
  subscribe(onTick: (update: TickUpdate) => void): Unsubscribe;
  /** From the local mirror, no remote read. Without tickers: the version alone. */
  latest(tickers: Iterable<Ticker>): Snapshot;
  /** Replaces the instance's set, valid 30 s; newcomers among it are announced with the same command. */
  want(
    instanceId: string,
    interest: Interest,
    options?: { newcomers?: Interest },
  ): Promise<void>;
  /** The union over all instances. */
  wanted(): Promise<Interest>;
  announce(announcement: Announcement): Promise<void>;
  onAnnounce(listener: (announcement: Announcement) => void): Unsubscribe;
  /** Announcements were missed for good: what depends on them must be read anew. */
  onGap(listener: () => void): Unsubscribe;
  readonly lease: LeasePort;
  /** Rejects when the bus does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** An instance that stops saying what it wants is forgotten after this. */
export const wantTtlMs = 30_000;
