// Owns opening the store over Deno KV, and settings. Users, lists, sessions and the catalog have a file each.

import { type Clock, createClock } from "../clock.ts";
import { StartupError } from "../errors.ts";
import { createKvCatalog } from "./kv_catalog.ts";
import { createKvClient, type KvClient } from "./kv_client.ts";
import { lockKvFile } from "./kv_file_lock.ts";
import { createKvLists } from "./kv_lists.ts";
import { createKvSessions } from "./kv_sessions.ts";
import { createKvUsers } from "./kv_users.ts";
import type { Store } from "./store.ts";

export interface OpenKvStoreOptions {
  /** A file, ":memory:", or a KV Connect URL; undefined: the edge platform's own. */
  readonly path: string | undefined;
  readonly clock?: Clock;
}

/** Throws a StartupError when the file cannot be used: no such right, in use by another process, not a KV file. */
export async function openKvStore({ path, clock }: OpenKvStoreOptions): Promise<Store> {
  const name = `Deno KV (${shownPath(path)})`;
  if (path === undefined || path === ":memory:" || isUrl(path)) {
    return createKvStore(await openKv(path), { name, clock });
  }
  const lock = await lockKvFile(path);
  try {
    return createKvStore(await openKv(path), { name, clock, onClose: lock.release });
  } catch (error) {
    lock.release();
    throw error;
  }
}

export interface KvStoreOptions {
  readonly name: string;
  readonly clock?: Clock | undefined;
  readonly onClose?: () => void;
}

/** Uses the standard `Deno.Kv` interface alone. Closes `kv` with the store. */
export function createKvStore(
  deno: Deno.Kv,
  { name, clock = createClock(), onClose = () => {} }: KvStoreOptions,
): Store {
  const kv = createKvClient({ kv: deno, clock });
  let closed = false;

  return {
    name,
    ...createKvUsers(kv),
    ...createKvLists(kv),
    ...createKvSessions({ kv, clock }),
    ...createKvCatalog({ kv, clock }),
    settingOrPut: (name, value) => settingOrPut(kv, { key: ["setting", name], value }),
    async saveSetting(name, value) {
      await kv.commit(kv.atomic().set(["setting", name], value));
    },
    async ping() {
      await kv.get(["setting", "ping"]);
    },
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

async function openKv(path: string | undefined): Promise<Deno.Kv> {
  try {
    return await Deno.openKv(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StartupError(`The KV store ${shownPath(path)} cannot be opened: ${reason}`, {
      cause,
    });
  }
}

function isUrl(path: string): boolean {
  return /^https?:\/\//.test(path);
}

/** A KV Connect URL is shown without what may be secret in it. */
function shownPath(path: string | undefined): string {
  if (path === undefined) return "of the platform";
  if (path === ":memory:") return "in memory";
  return isUrl(path) ? URL.parse(path)?.origin ?? "malformed address" : path;
}
