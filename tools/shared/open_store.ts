// Owns opening the service's store for an operator's task: the store that the service opens with the same settings.

import { createClock } from "../../lib/clock.ts";
import { loadConfig } from "../../lib/config.ts";
import { StartupError } from "../../lib/errors.ts";
import { createLog } from "../../lib/log.ts";
import { simulated } from "../../lib/sources/simulated.ts";
import type { BulkStore } from "../../lib/store/bulk.ts";
import { openKvBulk } from "../../lib/store/kv/bulk.ts";
import { isKvFile } from "../../lib/store/kv/open.ts";
import { openKvStore } from "../../lib/store/kv_store.ts";
import { openPostgresBulk } from "../../lib/store/postgres/bulk.ts";
import { openPostgresStore } from "../../lib/store/postgres_store.ts";
import type { Store } from "../../lib/store/store.ts";

/** Part of each task's usage text. */
export const storeHelp =
  `The store is the one of the service: Postgres at DATABASE_URL, or else the Deno KV of KV_PATH.
Postgres may be used beside a running service. A KV file may not: stop the service first.`;

/** Other variables are not read, because the service itself reports their errors. */
const variables = new Set(["DATABASE_URL", "KV_PATH"]);

const clock = createClock();
const log = createLog("warn");

/** With `mustExist`, a missing KV file is an error and is not created. */
export async function openStore({ mustExist = false } = {}): Promise<Store> {
  const { databaseUrl: url, kvPath: path } = settings();
  if (url) return await openPostgresStore({ url, clock, log });
  if (mustExist && isKvFile(path)) await assertExists(path);
  return await openKvStore({ path, clock });
}

/** `mustExist`: see above. */
export async function openBulkStore({ mustExist = false } = {}): Promise<BulkStore> {
  const { databaseUrl: url, kvPath: path } = settings();
  if (url) return await openPostgresBulk({ url, clock, log });
  if (mustExist && isKvFile(path)) await assertExists(path);
  return await openKvBulk({ path, clock });
}

function settings() {
  const read = (name: string) => variables.has(name) ? Deno.env.get(name) : undefined;
  const config = loadConfig({ sources: [simulated], read });
  if (config.databaseUrl || config.kvPath !== ":memory:") return config;
  throw new StartupError(
    "KV_PATH is :memory:, which nobody shares: set it to the service's file, or set DATABASE_URL.",
  );
}

async function assertExists(path: string): Promise<void> {
  try {
    await Deno.stat(path);
  } catch (cause) {
    throw new StartupError(`There is no KV file ${path}: set KV_PATH to the service's.`, { cause });
  }
}
