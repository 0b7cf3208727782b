// Owns the interface through which many records go into and out of a store: for operators' tasks, never for a request.

import type { Watchlist } from "../watchlist.ts";
import type { CatalogEntry, Session, User } from "./store.ts";

/** A user with all that is theirs, so that nobody is ever moved by half. */
export interface UserRecord {
  readonly kind: "user";
  readonly user: User;
  readonly passwordHash: string;
  /** In the user's order, at least one. */
  readonly lists: readonly Watchlist[];
}

/** A live one. */
export interface SessionRecord {
  readonly kind: "session";
  readonly session: Session;
}

/** A session that ended so lately that its access tokens must still be refused. */
export interface RevokedRecord {
  readonly kind: "revoked";
  readonly sessionId: string;
  /** Not before it ended. Unix ms. */
  readonly at: number;
}

export interface SettingRecord {
  readonly kind: "setting";
  readonly name: string;
  /** May be secret: the signing keys are settings. */
  readonly value: string;
}

/** There is at most one. */
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

/** In the order they are read: a session that was there has its user among those read after it. */
export const recordKinds = ["setting", "catalog", "revoked", "session", "user"] as const;

/** Longer than an access token lives. */
export const revokedKeptMs = 30 * 60_000;

export interface BulkStore {
  readonly name: string;
  hasUsers(): Promise<boolean>;
  /** Adds those whose username is free, each whole or not at all, and returns how many that were. */
  addUsers(records: readonly UserRecord[]): Promise<number>;
  /**
   * All records, in batches. From Postgres they are of one moment. From Deno KV each batch is of a moment of its own: of
   * what changes meanwhile either state comes, whole.
   */
  read(): AsyncIterable<readonly StoreRecord[]>;
  /** Into a store that was cleared, and that nobody else writes to. */
  put(records: readonly StoreRecord[]): Promise<void>;
  /** Removes all there is, of every kind. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** How a store reads each kind, and how it puts some of one kind. */
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

/** Throws unless all are added. */
export async function addEachUser(
  { addUsers }: Pick<BulkStore, "addUsers">,
  records: readonly UserRecord[],
): Promise<void> {
  const added = await addUsers(records);
  if (added < records.length) throw new Error("The username of a record was taken");
}
