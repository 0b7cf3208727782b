// Owns reading and writing all of Deno KV. The files that serve requests own the keys.

import type { Clock } from "../../clock.ts";
import {
  addEachUser,
  type BulkStore,
  putAll,
  readAll,
  type RecordReaders,
  type RecordWriters,
  revokedKeptMs,
} from "../bulk.ts";
import { createAddUsers } from "./bulk_users.ts";
import { createChunkedList } from "./chunks.ts";
import { createKvClient, type KvClient } from "./client.ts";
import { createKvLists } from "./lists.ts";
import { openKv } from "./open.ts";
import { createKvSessions, revokedKey } from "./sessions.ts";
import type { StoredUser } from "./users.ts";
import { type CatalogEntry, isLive, type Session } from "../store.ts";

/** The entries of one read, and of one commit that deletes them. */
const pageMax = 200;

/** Each is read with its lists: if all have 50 lists of 200 tickers, this is about 10 MB. */
const usersAPage = 50;

export interface OpenKvBulkOptions {
  readonly path: string | undefined;
  readonly clock: Clock;
}

/** Throws a StartupError if the store cannot be used, for example while a running service has the file. */
export async function openKvBulk({ path, clock }: OpenKvBulkOptions): Promise<BulkStore> {
  const { kv, name, release } = await openKv(path);
  return createKvBulk(kv, { name, clock, onClose: release });
}

export interface KvBulkOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly onClose?: () => void;
}

/** Closes `deno` with the store. */
export function createKvBulk(
  deno: Deno.Kv,
  { name, clock, onClose = () => {} }: KvBulkOptions,
): BulkStore {
  const kv = createKvClient({ kv: deno, clock });
  const addUsers = createAddUsers(kv);
  const readers = recordReaders(kv, clock);
  const writers = recordWriters({ kv, clock, addUsers });

  return {
    name,
    hasUsers: async () => (await kv.range({ prefix: ["username"] }, { limit: 1 })).length > 0,
    addUsers,
    read: () => readAll(readers),
    put: (records) => putAll(writers, records),
    async clear() {
      for await (const page of pages(kv, { prefix: [] })) {
        const operation = kv.atomic();
        for (const { key } of page) operation.delete(key);
        await kv.commit(operation);
      }
    },
    close() {
      deno.close();
      onClose();
      return Promise.resolve();
    },
  };
}

function recordReaders(kv: KvClient, clock: Clock): RecordReaders {
  const { lists } = createKvLists(kv);
  const catalog = createChunkedList<CatalogEntry>("catalog", { kv, clock });

  return {
    async *setting() {
      for await (const page of pages<string>(kv, { prefix: ["setting"] })) {
        yield page.map(({ key, value }) => ({ kind: "setting", name: String(key[1]), value }));
      }
    },
    async *catalog() {
      const entries = await catalog.read();
      if (entries.length > 0) yield [{ kind: "catalog", entries }];
    },
    async *revoked() {
      for await (const page of pages(kv, { prefix: ["revoked"] })) {
        yield page.map(({ key }) => {
          return { kind: "revoked", at: Number(key[1]), sessionId: String(key[2]) };
        });
      }
    },
    async *session() {
      for await (const page of pages<Session>(kv, { prefix: ["session"] })) {
        yield page.filter(({ value }) => isLive(value, clock.now()))
          .map(({ value }) => ({ kind: "session", session: value }));
      }
    },
    async *user() {
      for await (const page of pages<StoredUser>(kv, { prefix: ["user"], limit: usersAPage })) {
        const records = page.map(async ({ value: { user, passwordHash } }) => {
          return { kind: "user" as const, user, passwordHash, lists: await lists(user.id) };
        });
        // A user without lists was deleted after this page was read.
        yield (await Promise.all(records)).filter((record) => record.lists.length > 0);
      }
    },
  };
}

function recordWriters(
  { kv, clock, addUsers }: { kv: KvClient; clock: Clock } & Pick<BulkStore, "addUsers">,
): RecordWriters {
  const { createSession } = createKvSessions({ kv, clock });
  const list = createChunkedList<CatalogEntry>("catalog", { kv, clock });

  async function set(key: Deno.KvKey, value: unknown, options?: { expireIn: number }) {
    await kv.commit(kv.atomic().set(key, value, options));
  }

  return {
    setting: (settings) =>
      Promise.all(settings.map(({ name, value }) => set(["setting", name], value))),
    catalog: async ([catalog]) => catalog && await list.save(catalog.entries),
    revoked: (revoked) =>
      Promise.all(revoked.map(({ at, sessionId }) => {
        return set(revokedKey(at, sessionId), true, { expireIn: revokedKeptMs });
      })),
    session: (sessions) => Promise.all(sessions.map(({ session }) => createSession(session))),
    user: (users) => addEachUser({ addUsers }, users),
  };
}

/** All entries with the prefix, in order. */
async function* pages<T>(
  kv: KvClient,
  { prefix, limit = pageMax }: { prefix: Deno.KvKey; limit?: number },
): AsyncGenerator<Deno.KvEntry<T>[]> {
  let selector: Deno.KvListSelector = { prefix };
  for (;;) {
    const page: Deno.KvEntry<T>[] = await kv.range<T>(selector, { limit });
    if (page.length > 0) yield page;
    const last = page.at(-1);
    if (!last || page.length < limit) return;
    // The smallest key after the last one.
    selector = { prefix, start: [...last.key, new Uint8Array()] };
  }
}
