// Owns the store interface: users, sessions, watchlists, settings. Two twins implement it; store_contract.ts tests both.

import type { Ticker } from "../quote.ts";
import type { Watchlist } from "../watchlist.ts";

/** A user may open more; the older ones are not listed, but revoked with the others. */
export const sessionsListedMax = 100;
/** Tabs that renew one after the other; an older token than these counts as reused. */
export const previousTokensMax = 4;

export interface User {
  readonly id: string;
  readonly username: string;
  readonly email: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly createdAt: number;
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
  /** The last ones that were rotated, newest first, honoured for a short grace. */
  readonly previousTokens: readonly PreviousToken[];
  readonly createdAt: number;
  readonly rotatedAt: number;
  /** Ends when idle that long, and at the latest at `endsAt`. Unix ms. */
  readonly idleExpiresAt: number;
  readonly endsAt: number;
  readonly revokedAt: number | null;
  readonly userAgent: string | null;
}

export function isLive({ revokedAt, idleExpiresAt, endsAt }: Session, at: number): boolean {
  return revokedAt === null && at < Math.min(idleExpiresAt, endsAt);
}

/** The change of a session's refresh token. */
export interface Rotation {
  readonly sessionId: string;
  /** Hashes of the token that is presented and of the one to follow it. */
  readonly from: string;
  readonly to: string;
  readonly at: number;
  readonly idleExpiresAt: number;
}

/** Lets its holder choose a new password, once. A user has one at most: the newest. */
export interface ResetTicket {
  readonly userId: string;
  /** SHA-256 of the token in the link, base64url. */
  readonly tokenHash: string;
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

/** `added`: those the list did not have. What found no room is neither in it nor on the list. */
export type AddAllOutcome =
  | {
    readonly kind: "added" | "present";
    readonly list: Watchlist;
    readonly added: readonly Ticker[];
  }
  | { readonly kind: ListRefusal };

export type RemoveOutcome =
  | { readonly kind: "removed"; readonly list: Watchlist }
  | { readonly kind: ListRefusal | "not_on_list" };

export type ReorderOutcome =
  | { readonly kind: "reordered"; readonly list: Watchlist }
  | { readonly kind: ListRefusal | "set_differs" };

export type MoveOutcome =
  | { readonly kind: "moved"; readonly list: Watchlist }
  | { readonly kind: ListRefusal | "not_on_list" };

export type CreateListOutcome =
  | { readonly kind: "created"; readonly list: Watchlist }
  | { readonly kind: "unknown_list" | "too_many_lists" };

export type RenameListOutcome =
  | { readonly kind: "renamed"; readonly list: Watchlist }
  | { readonly kind: ListRefusal };

export type MoveListOutcome =
  | { readonly kind: "moved"; readonly list: Watchlist }
  | { readonly kind: ListRefusal };

/** With the list as it was last. */
export type DeleteListOutcome =
  | { readonly kind: "deleted"; readonly list: Watchlist }
  | { readonly kind: ListRefusal | "last_list" };

/** One security as its source lists it, kept so that every instance knows what can be priced. */
export interface CatalogEntry {
  readonly ticker: Ticker;
  readonly name: string;
  readonly priceable: boolean;
}

/** Who the users are, and the hashes of their passwords. */
export interface UserStore {
  /** Creates the user and their first list together, or neither. */
  createUser(input: {
    user: User;
    passwordHash: string;
    list: Watchlist;
  }): Promise<"created" | "username_taken">;
  user(id: string): Promise<User | undefined>;
  credentials(username: string): Promise<{ user: User; passwordHash: string } | undefined>;
}

/** What changes or ends an account. */
export interface AccountStore {
  /** False: the present hash is not `from`. The user's reset ticket ends with the old password. */
  changePassword(userId: string, change: { from: string; to: string }): Promise<boolean>;
  /** Replaces the user's earlier ticket; false: no such user. */
  putResetTicket(ticket: ResetTicket & { expiresAt: number }): Promise<boolean>;
  /** The user whose password the ticket may set; undefined: unknown, used, replaced or expired. */
  resetTicketHolder(ticket: ResetTicket, at: number): Promise<User | undefined>;
  /** Takes the ticket and sets the hash, both or neither; false: as above. */
  resetPassword(
    ticket: ResetTicket,
    options: { at: number; passwordHash: string },
  ): Promise<boolean>;
  /**
   * Deletes the user, their name, their lists and what their sessions hold; the ids of these sessions stay among the
   * revoked ones. Returns the ids of those that were live.
   */
  deleteUser(userId: string, at: number): Promise<string[]>;
}

/** Sessions: opened, renewed and revoked, never without their user. */
export interface SessionStore {
  /** False: the user's password hash is not `ifPasswordHash` any more, and no session was created. */
  createSession(session: Session, options?: { ifPasswordHash?: string }): Promise<boolean>;
  session(id: string): Promise<Session | undefined>;
  /** Rotates a live session whose present token is `from`. Returns the session as it is then, rotated or not. */
  rotateSession(rotation: Rotation): Promise<Session | undefined>;
  /** True if the session was live until this call. */
  revokeSession(id: string, at: number): Promise<boolean>;
  /** Those live at `at`, the latest opened first, at most `sessionsListedMax`. */
  sessionsOf(userId: string, at: number): Promise<Session[]>;
  /** Revokes all but `except`; returns the ids of those that were live until this call. */
  revokeSessions(userId: string, options: { at: number; except?: string }): Promise<string[]>;
  /** Ids revoked at or after `since`; read at start, so that a restart forgets no sign-out. */
  revokedSessions(since: number): Promise<string[]>;
}

/** The lists of a user, and what stands on each. */
export interface ListStore {
  /** In the user's order, the first one first. */
  lists(userId: string): Promise<Watchlist[]>;
  renameList(change: ListChange & { name: string }): Promise<RenameListOutcome>;
  /** The new ticker goes to the position, counted from 0, or to the end. One that is there stays where it is. */
  addTicker(
    change: ListChange & { ticker: Ticker; position?: number | undefined },
  ): Promise<AddOutcome>;
  /** Appends the tickers that the list does not have, in their order, until the list is full. */
  addTickers(change: ListChange & { tickers: readonly Ticker[] }): Promise<AddAllOutcome>;
  moveTicker(change: ListChange & { ticker: Ticker; position: number }): Promise<MoveOutcome>;
  removeTicker(change: ListChange & { ticker: Ticker }): Promise<RemoveOutcome>;
  reorderTickers(change: ListChange & { tickers: readonly Ticker[] }): Promise<ReorderOutcome>;
}

/** Which lists a user has, and in which order. */
export interface ListOrderStore {
  /** Puts the list after the user's others. `unknown_list`: there is no such user. */
  createList(input: { userId: string; list: Watchlist }): Promise<CreateListOutcome>;
  /** A place among the user's lists, counted from 0; past the end is the end. The others' versions stay. */
  moveList(change: ListChange & { position: number }): Promise<MoveListOutcome>;
  /** A user's only list stays. */
  deleteList(change: ListChange): Promise<DeleteListOutcome>;
}

/** Texts of the service itself, by name: its keys, the last tick. */
export interface SettingStore {
  /** Returns what is kept under the name; the first value put there is kept. */
  settingOrPut(name: string, value: string): Promise<string>;
  /** Replaces what is kept under the name. */
  saveSetting(name: string, value: string): Promise<void>;
}

/** The securities that the quote sources list. */
export interface CatalogStore {
  /** Replaces all entries. */
  saveCatalog(entries: readonly CatalogEntry[]): Promise<void>;
  catalog(): Promise<CatalogEntry[]>;
}

export interface Store
  extends
    UserStore,
    AccountStore,
    SessionStore,
    ListStore,
    ListOrderStore,
    SettingStore,
    CatalogStore {
  /** Shown to the operator at start: "Deno KV (data/quoteboard.kv)". */
  readonly name: string;
  /** Rejects when the store does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
