// Owns the interface of the store: users, sessions, watchlists, settings. kv_store.ts and postgres_store.ts implement it, store_contract.ts tests both.

import type { SecurityKind, Ticker } from "../quote.ts";
import type { Watchlist } from "../watchlist.ts";

/** A further sign-in ends the session of the user that was opened first. */
export const sessionsMax = 100;
/** Enough for tabs that refresh one after the other. A token older than these counts as reused. */
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
  /** The last tokens that were rotated, the newest first. They are accepted for a short grace period. */
  readonly previousTokens: readonly PreviousToken[];
  readonly createdAt: number;
  readonly rotatedAt: number;
  /** The session ends at this time if it is not refreshed, and at the latest at `endsAt`. Unix ms. */
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
  /** The hashes of the presented token and of the next one. */
  readonly from: string;
  readonly to: string;
  readonly at: number;
  readonly idleExpiresAt: number;
}

/** The right to set a new password once. A user has at most one ticket, the newest. */
export interface ResetTicket {
  readonly userId: string;
  /** SHA-256 of the token in the link, base64url. */
  readonly tokenHash: string;
}

/** Names a list of a user: by its id, or as the first one. */
export interface ListRef {
  readonly userId: string;
  readonly listId: string | "first";
}

export interface ListChange extends ListRef {
  /** Refuses the change if the list has another version (If-Match). */
  readonly ifVersion?: number;
}

export type ListRefusal = "unknown_list" | "version_differs";

export type AddOutcome =
  | { readonly kind: "added" | "present"; readonly list: Watchlist }
  | { readonly kind: ListRefusal | "list_full" };

/** `added`: the tickers that the list did not have. A ticker past the bound is neither in `added` nor on the list. */
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

/** `list`: the list as it was before the deletion. */
export type DeleteListOutcome =
  | { readonly kind: "deleted"; readonly list: Watchlist }
  | { readonly kind: ListRefusal | "last_list" };

/** A security as a quote source lists it. It is stored so that every instance knows which securities have prices. */
export interface CatalogEntry {
  readonly ticker: Ticker;
  readonly name: string;
  readonly priceable: boolean;
  readonly exchange?: string;
  readonly kind?: SecurityKind;
  /** ISO 4217. */
  readonly currency?: string;
  /** The spelling of the source that lists it, where it differs from the ticker. */
  readonly symbol?: string;
  /** The name of the source that lists it, or listed it last. */
  readonly source?: string;
}

/** The right to register once. */
export interface Invite {
  /** SHA-256 of the secret in the link, base64url. */
  readonly tokenHash: string;
  /** Unix ms. */
  readonly expiresAt: number;
}

/** Users and the hashes of their passwords. */
export interface UserStore {
  /**
   * Creates the user and their first list together, or neither. With an invite, it is used up by the same write, or the
   * user is not created: `invalid_invite` if it is unknown, used or expired at `at`.
   */
  createUser(input: {
    user: User;
    passwordHash: string;
    list: Watchlist;
    invite?: { tokenHash: string; at: number } | undefined;
  }): Promise<"created" | "username_taken" | "invalid_invite">;
  user(id: string): Promise<User | undefined>;
  credentials(username: string): Promise<{ user: User; passwordHash: string } | undefined>;
}

/** Changes of an account: a new password, a reset ticket, the deletion. */
export interface AccountStore {
  /** False: the present hash is not `from`. The user's reset ticket ends with the old password. */
  changePassword(userId: string, change: { from: string; to: string }): Promise<boolean>;
  /** Replaces the earlier ticket of the user. False: there is no such user. */
  putResetTicket(ticket: ResetTicket & { expiresAt: number }): Promise<boolean>;
  /** The user whose password the ticket may set. Undefined: the ticket is unknown, used, replaced or expired. */
  resetTicketHolder(ticket: ResetTicket, at: number): Promise<User | undefined>;
  /** Uses the ticket and sets the hash, both or neither. False: the ticket is unknown, used, replaced or expired. */
  resetPassword(
    ticket: ResetTicket,
    options: { at: number; passwordHash: string },
  ): Promise<boolean>;
  /**
   * Deletes the user, the username, the lists and the sessions. The ids of the sessions stay among the revoked ones.
   * Returns the ids of the sessions that were live.
   */
  deleteUser(userId: string, at: number): Promise<string[]>;
}

/** Invitations. They are settings, so that a backup has them. */
export interface InviteStore {
  /** Stores the invite, and deletes those that have expired at `at`. */
  putInvite(invite: Invite, at: number): Promise<void>;
  isInvited(tokenHash: string, at: number): Promise<boolean>;
}

/** The name of the setting whose value is the time at which the invite expires. */
export function inviteSetting(tokenHash: string): string {
  return `${invitePrefix}${tokenHash}`;
}

export const invitePrefix = "invite ";

/** The sessions of users. */
export interface SessionStore {
  /** False: the password hash of the user is not `ifPasswordHash` any more, so no session was created. */
  createSession(session: Session, options?: { ifPasswordHash?: string }): Promise<boolean>;
  session(id: string): Promise<Session | undefined>;
  /** Rotates the session if it is live and its present token is `from`. Returns the session after the call. */
  rotateSession(rotation: Rotation): Promise<Session | undefined>;
  /** True if the session was live until this call. */
  revokeSession(id: string, at: number): Promise<boolean>;
  /** The sessions that are live at `at`, the last opened first, at most `sessionsMax`. */
  sessionsOf(userId: string, at: number): Promise<Session[]>;
  /** Revokes all sessions except one. Returns the ids of the sessions that were live until this call. */
  revokeSessions(userId: string, options: { at: number; except?: string }): Promise<string[]>;
  /**
   * Revokes the live sessions except the `keep` that were opened last; of a very long row, some now and some at the next
   * call. Returns the ids of the sessions that were live until this call.
   */
  revokeOldSessions(userId: string, options: { at: number; keep: number }): Promise<string[]>;
  /** The ids of sessions revoked at or after `since`. Read at start, so that a restart forgets no sign-out. */
  revokedSessions(since: number): Promise<string[]>;
}

/** The lists of a user and their tickers. */
export interface ListStore {
  /** In the order of the user. Empty: there is no such user. */
  lists(userId: string): Promise<Watchlist[]>;
  renameList(change: ListChange & { name: string }): Promise<RenameListOutcome>;
  /** Puts a new ticker at the position, counted from 0, or at the end. A ticker that is on the list stays where it is. */
  addTicker(
    change: ListChange & { ticker: Ticker; position?: number | undefined },
  ): Promise<AddOutcome>;
  /** Appends the tickers that the list does not have, in their order, until the list is full. */
  addTickers(change: ListChange & { tickers: readonly Ticker[] }): Promise<AddAllOutcome>;
  moveTicker(change: ListChange & { ticker: Ticker; position: number }): Promise<MoveOutcome>;
  removeTicker(change: ListChange & { ticker: Ticker }): Promise<RemoveOutcome>;
  reorderTickers(change: ListChange & { tickers: readonly Ticker[] }): Promise<ReorderOutcome>;
}

/** Creates, moves and deletes the lists of a user. */
export interface ListOrderStore {
  /** Puts the list after the other lists of the user. `unknown_list`: there is no such user. */
  createList(input: { userId: string; list: Watchlist }): Promise<CreateListOutcome>;
  /** The position among the lists is counted from 0; a greater one is the end. Only the moved list gets a new version. */
  moveList(change: ListChange & { position: number }): Promise<MoveListOutcome>;
  /** `last_list`: the only list of a user cannot be deleted. */
  deleteList(change: ListChange): Promise<DeleteListOutcome>;
}

/** Texts of the service by name: its keys, the last tick. */
export interface SettingStore {
  /** Stores the value unless the name has one. Returns the value that the name has after the call. */
  settingOrPut(name: string, value: string): Promise<string>;
  /** Replaces the value of the name. */
  saveSetting(name: string, value: string): Promise<void>;
}

/** The securities that the quote sources list. */
export interface CatalogStore {
  /** Replaces all entries. */
  saveCatalog(entries: readonly CatalogEntry[]): Promise<void>;
  catalog(): Promise<CatalogEntry[]>;
}

/** Today's course of a price: when it was read, at which price. The text is that of lib/market/course.ts. */
export interface SavedCourse {
  readonly ticker: Ticker;
  readonly course: string;
}

/** The courses of the present day, so that a restart does not begin them again. No backup has them. */
export interface CourseStore {
  /** Replaces all courses. */
  saveCourses(courses: readonly SavedCourse[]): Promise<void>;
  courses(): Promise<SavedCourse[]>;
}

export interface Store
  extends
    UserStore,
    AccountStore,
    InviteStore,
    SessionStore,
    ListStore,
    ListOrderStore,
    SettingStore,
    CatalogStore,
    CourseStore {
  /** Shown to the operator at start: "Deno KV (data/quoteboard.kv)". */
  readonly name: string;
  /** Rejects if the store does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
