// Owns the store interface: users, sessions, watchlists, settings. Two twins implement it; store_contract.ts tests both.

import type { Ticker } from "../quote.ts";

export const listTickersMax = 200;
export const firstListName = "My watchlist";

export interface User {
  readonly id: string;
  readonly username: string;
  readonly email: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly createdAt: number;
}

export interface Watchlist {
  readonly id: string;
  readonly name: string;
  /** Grows with each change. */
  readonly version: number;
  readonly tickers: readonly Ticker[];
}

export interface PreviousToken {
  /** SHA-256, base64url. */
  readonly hash: string;
  readonly rotatedAt: number;
}

export interface Session {
  readonly id: string;
  readonly userId: string;
  readonly username: string;
  /** SHA-256 of the present refresh token, base64url. */
  readonly tokenHash: string;
  /** Those that were rotated a moment ago, newest first, honoured for a short grace. */
  readonly previousTokens: readonly PreviousToken[];
  /** Derives the next refresh token from the present one, so that a repeated rotation gives the same. */
  readonly rotationKey: string;
  readonly createdAt: number;
  readonly rotatedAt: number;
  /** Ends when idle that long, and at the latest at `endsAt`. Unix ms. */
  readonly idleExpiresAt: number;
  readonly endsAt: number;
  readonly revokedAt: number | null;
  readonly userAgent: string | null;
}

/** A list of a user: its id, or the user's first one. */
export interface ListRef {
  readonly userId: string;
  readonly listId: string | "first";
}

export interface ListChange extends ListRef {
  /** Refuse unless the list has this version (If-Match). */
  readonly ifVersion?: number;
}

export type ListRefusal = "unknown_list" | "version_differs";

export type AddOutcome =
  | { readonly kind: "added" | "present"; readonly list: Watchlist }
  | { readonly kind: ListRefusal | "list_full" };

export type RemoveOutcome =
  | { readonly kind: "removed"; readonly list: Watchlist }
  | { readonly kind: ListRefusal | "not_on_list" };

export type ReorderOutcome =
  | { readonly kind: "reordered"; readonly list: Watchlist }
  | { readonly kind: ListRefusal | "set_differs" };

/** One security as its source lists it, kept so that every instance knows what can be priced. */
export interface CatalogEntry {
  readonly ticker: Ticker;
  readonly name: string;
  readonly priceable: boolean;
}

export interface Store {
  /** Shown to the operator at start: "Deno KV (data/quoteboard.kv)". */
  readonly name: string;

  /** Creates the user and their first list together, or neither. */
  createUser(input: {
    user: User;
    passwordHash: string;
    list: Watchlist;
  }): Promise<"created" | "username_taken">;
  user(id: string): Promise<User | undefined>;
  credentials(username: string): Promise<{ user: User; passwordHash: string } | undefined>;

  createSession(session: Session): Promise<void>;
  session(id: string): Promise<Session | undefined>;
  /** Replaces the session if its present token is still `expectedTokenHash` and it is not revoked. */
  rotateSession(next: Session, options: { expectedTokenHash: string }): Promise<boolean>;
  /** True when it was live until now. */
  revokeSession(id: string, at: number): Promise<boolean>;
  /** Ids revoked at or after `since`; read at start, so that a restart forgets no sign-out. */
  revokedSessions(since: number): Promise<string[]>;

  /** In the user's order, the first one first. */
  lists(userId: string): Promise<Watchlist[]>;
  /** The new ticker goes to the end. */
  addTicker(change: ListChange & { ticker: Ticker }): Promise<AddOutcome>;
  removeTicker(change: ListChange & { ticker: Ticker }): Promise<RemoveOutcome>;
  reorderTickers(change: ListChange & { tickers: readonly Ticker[] }): Promise<ReorderOutcome>;

  /** What is kept under the name; the first writer's value wins and is what all get. */
  settingOrPut(name: string, value: string): Promise<string>;
  /** Replaces what is kept under the name. */
  saveSetting(name: string, value: string): Promise<void>;

  saveCatalog(entries: readonly CatalogEntry[]): Promise<void>;
  catalog(): Promise<CatalogEntry[]>;

  /** Rejects when the store does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
