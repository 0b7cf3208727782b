// Owns opening the store over Postgres, settings and the catalog. Users, accounts, lists and sessions have a file each.

import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { createPostgresAccounts } from "./postgres/accounts.ts";
import { parsePostgresAddress, type PostgresAddress } from "./postgres/address.ts";
import {
  connectPostgres,
  createPostgresClient,
  defaultStatementTimeoutMs,
  type PostgresClient,
  type Sql,
} from "./postgres/client.ts";
import { codeOf, startupErrorOf } from "./postgres/errors.ts";
import { createPostgresListOrder } from "./postgres/list_order.ts";
import { createPostgresLists } from "./postgres/lists.ts";
import { migrate } from "./postgres/migrations.ts";
import { createPostgresSessions } from "./postgres/sessions.ts";
import { createPostgresUsers } from "./postgres/users.ts";
import type { CatalogEntry, Store } from "./store.ts";

const protocolViolation = "08P01";
const endTimeoutSeconds = 1;

export interface OpenPostgresStoreOptions {
  /** As DATABASE_URL has it. */
  readonly url: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Brings the tables up to date first. Throws a StartupError when the database cannot be used. */
export async function openPostgresStore(options: OpenPostgresStoreOptions): Promise<Store> {
  const { address, client } = await openPostgresClient(options);
  return createPostgresStore(client, { name: nameOf(address), clock: options.clock });
}

/** What openPostgresStore makes its store of. */
export async function openPostgresClient({ url, clock, log }: OpenPostgresStoreOptions) {
  const address = parsePostgresAddress(url);
  for (const name of await migrateDatabase(address)) log.info({ name }, "A migration was applied");
  const statementTimeoutMs = await takesStatementTimeout(address) ? defaultStatementTimeoutMs : 0;
  if (statementTimeoutMs === 0) {
    log.warn("The pooler refuses statement_timeout; set it for the database's user instead");
  }
  return { address, client: createPostgresClient({ address, clock, log, statementTimeoutMs }) };
}

export function nameOf({ shown }: PostgresAddress): string {
  return `Postgres (${shown})`;
}

/** Returns the names of the migrations it applied. Throws a StartupError when the database cannot be used. */
export function migrateDatabase(address: PostgresAddress): Promise<string[]> {
  return atStart(address, { statementTimeoutMs: 0, use: (sql) => migrate(sql) });
}

/** PgBouncer refuses connections with settings that it was not told to ignore. */
function takesStatementTimeout(address: PostgresAddress): Promise<boolean> {
  return atStart(address, {
    statementTimeoutMs: defaultStatementTimeoutMs,
    async use(sql) {
      try {
        await sql`select 1`;
        return true;
      } catch (error) {
        if (codeOf(error) === protocolViolation) return false;
        throw error;
      }
    },
  });
}

async function atStart<T>(
  address: PostgresAddress,
  { statementTimeoutMs, use }: { statementTimeoutMs: number; use: (sql: Sql) => Promise<T> },
): Promise<T> {
  const sql = connectPostgres(address, { connectionsMax: 1, statementTimeoutMs });
  try {
    return await use(sql);
  } catch (error) {
    throw startupErrorOf(error, address);
  } finally {
    await sql.end({ timeout: endTimeoutSeconds });
  }
}

/** Closes `client` with the store. */
export function createPostgresStore(
  client: PostgresClient,
  { name, clock }: { name: string; clock: Clock },
): Store {
  const { run } = client;

  return {
    name,
    ...createPostgresUsers(client),
    ...createPostgresAccounts(client),
    ...createPostgresLists(client),
    ...createPostgresListOrder(client),
    ...createPostgresSessions({ client, clock }),
    async settingOrPut(name, value) {
      // The update that changes nothing makes the statement return the row whoever put it there.
      const [row] = await run((sql) =>
        sql<{ value: string }[]>`
          insert into settings (name, value) values (${name}, ${value})
          on conflict (name) do update set value = settings.value
          returning value`
      );
      return row!.value;
    },
    async saveSetting(name, value) {
      await run((sql) =>
        sql`
          insert into settings (name, value) values (${name}, ${value})
          on conflict (name) do update set value = excluded.value`
      );
    },
    async saveCatalog(entries) {
      // By way of text, because the driver would make JSON of a parameter of type json once more.
      await run((sql) =>
        sql`
          insert into catalog (entries) values (${JSON.stringify(entries)}::text::json)
          on conflict (only_row) do update set entries = excluded.entries`
      );
    },
    async catalog() {
      const [row] = await run((sql) =>
        sql<{ entries: CatalogEntry[] }[]>`select entries from catalog`
      );
      return row?.entries ?? [];
    },
    async ping() {
      await run((sql) => sql`select 1`);
    },
    close: client.close,
  };
}
