// Owns the store over Deno KV, with its settings. kv/ has a file for users, accounts, lists, sessions, and lists in chunks.

import { type Clock, createClock } from "../clock.ts";
import type { Log } from "../log.ts";
import { createKvAccounts } from "./kv/accounts.ts";
import { createChunkedList } from "./kv/chunks.ts";
import { createKvClient, type KvClient } from "./kv/client.ts";
import { createKvInvites } from "./kv/invites.ts";
import { createKvListOrder } from "./kv/list_order.ts";
import { createKvLists } from "./kv/lists.ts";
import { openKv } from "./kv/open.ts";
import { createKvSessions } from "./kv/sessions.ts";
import { createKvUsers } from "./kv/users.ts";
import type { CatalogEntry, SavedCourse, Store } from "./store.ts";

export interface OpenKvStoreOptions {
  /** A file, ":memory:", or a KV Connect URL; undefined: the edge platform's own. */
  readonly path: string | undefined;
  readonly clock?: Clock;
  /** Gets a line when writes begin to fail, and when they succeed again. */
  readonly log?: Pick<Log, "warn">;
}

/** Throws a StartupError if the store cannot be used. */
export async function openKvStore({ path, clock, log }: OpenKvStoreOptions): Promise<Store> {
  const { kv, name, release } = await openKv(path);
  return createKvStore(kv, { name, clock, log, onClose: release });
}

export interface KvStoreOptions {
  readonly name: string;
  readonly clock?: Clock | undefined;
  readonly log?: Pick<Log, "warn"> | undefined;
  readonly onClose?: () => void;
}

/** Uses only the standard interface `Deno.Kv`, and closes `deno` with the store. */
export function createKvStore(
  deno: Deno.Kv,
  { name, clock = createClock(), log, onClose = () => {} }: KvStoreOptions,
): Store {
  const kv = createKvClient({ kv: deno, clock, log });
  const { forgetSessions, ...sessions } = createKvSessions({ kv, clock });
  const catalog = createChunkedList<CatalogEntry>("catalog", { kv, clock });
  const courses = createChunkedList<SavedCourse>("courses", { kv, clock });
  let closed = false;

  return {
    name,
    ...createKvUsers(kv),
    ...createKvInvites({ kv, clock }),
    ...createKvLists(kv),
    ...createKvListOrder(kv),
    ...sessions,
    ...createKvAccounts({ kv, sessions: { forgetSessions } }),
    saveCatalog: catalog.save,
    catalog: catalog.read,
    saveCourses: courses.save,
    courses: courses.read,
    settingOrPut: (name, value) => settingOrPut(kv, { key: ["setting", name], value }),
    async saveSetting(name, value) {
      await kv.commit(kv.atomic().set(["setting", name], value));
    },
    ping: kv.probe,
    close() {
      if (!closed) {
        closed = true;
        deno.close();
        onClose();
      }
      return Promise.resolve();
    },
  };
}

function settingOrPut(
  kv: KvClient,
  { key, value }: { key: Deno.KvKey; value: string },
): Promise<string> {
  return kv.untilCommitted(async () => {
    const entry = await kv.get<string>(key);
    if (entry.value !== null) return entry.value;
    return await kv.commit(kv.atomic().check(entry).set(key, value)) ? value : undefined;
  });
}
