// Owns the interface that reads and writes a whole store, for the tasks of operators. No request uses it.

import type { Watchlist } from "../watchlist.ts";
import type { CatalogEntry, Session, User } from "./store.ts";

/** A user with their lists, so that a user is always moved whole. */
export interface UserRecord {
  readonly kind: "user";
  readonly user: User;
  readonly passwordHash: string;
  /** In the order of the user, at least one. */
  readonly lists: readonly Watchlist[];
}

/** A live session. */
export interface SessionRecord {
  readonly kind: "session";
  readonly session: Session;
}

/** A session that ended recently: its access tokens have not expired yet, so they must be refused. */
export interface RevokedRecord {
  readonly kind: "revoked";
  readonly sessionId: string;
  /** The time of its end, or later. Unix ms. */
  readonly at: number;
}

export interface SettingRecord {
  readonly kind: "setting";
  readonly name: string;
  /** It may be secret: the signing keys are settings. */
  readonly value: string;
}

/** A store has at most one. */
export interface CatalogRecord {
  readonly kind: "catalog";
  readonly entries: readonly CatalogEntry[];
}

export type StoreRecord =
  | UserRecord
  | SessionRecord
  | RevokedRecord
  | SettingRecord
  | CatalogRecord;

export type RecordKind = StoreRecord["kind"];
export type RecordOf<Kind extends RecordKind> = Extract<StoreRecord, { kind: Kind }>;

/** In the order of reading. Users come last, so that a session is never read without its user. */
export const recordKinds = ["setting", "catalog", "revoked", "session", "user"] as const;

/** Longer than the lifetime of an access token. */
export const revokedKeptMs = 30 * 60_000;

export interface BulkStore {
  readonly name: string;
  hasUsers(): Promise<boolean>;
  /** Adds the users whose username is free, each with all lists or not at all. Returns how many it added. */
  addUsers(records: readonly UserRecord[]): Promise<number>;
  /**
   * All records, in batches. Postgres reads them as of one moment. Deno KV reads each batch as of its own moment: a record
   * that changes during the read comes in its old or its new state.
   */
  read(): AsyncIterable<readonly StoreRecord[]>;
  /** Writes into a store that was cleared and that no other process uses. */
  put(records: readonly StoreRecord[]): Promise<void>;
  /** Deletes all records of every kind. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** How a store reads and writes the records of each kind. */
export type RecordReaders = {
  readonly [Kind in RecordKind]: () => AsyncIterable<readonly RecordOf<Kind>[]>;
};
export type RecordWriters = {
  readonly [Kind in RecordKind]: (records: readonly RecordOf<Kind>[]) => Promise<unknown>;
};

export async function* readAll(readers: RecordReaders): AsyncGenerator<readonly StoreRecord[]> {
  for (const kind of recordKinds) yield* readers[kind]();
}

export async function putAll(
  writers: RecordWriters,
  records: readonly StoreRecord[],
): Promise<void> {
  async function put<Kind extends RecordKind>(kind: Kind): Promise<void> {
    const ofKind = records.filter((record): record is RecordOf<Kind> => record.kind === kind);
    if (ofKind.length > 0) await writers[kind](ofKind);
  }
  for (const kind of recordKinds) await put(kind);
}

/** Throws if one was not added. */
export async function addEachUser(
  { addUsers }: Pick<BulkStore, "addUsers">,
  records: readonly UserRecord[],
): Promise<void> {
  const added = await addUsers(records);
  if (added < records.length) throw new Error("The username of a record was taken");
}
