// Owns the store over Postgres, with its settings, its catalog and the courses of the day. postgres/ has a file for users, accounts, lists and sessions.

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
import { createPostgresInvites } from "./postgres/invites.ts";
import { createPostgresListOrder } from "./postgres/list_order.ts";
import { createPostgresLists } from "./postgres/lists.ts";
import { migrate } from "./postgres/migrations.ts";
import { createPostgresSessions } from "./postgres/sessions.ts";
import { createPostgresUsers } from "./postgres/users.ts";
import type { CatalogEntry, SavedCourse, Store } from "./store.ts";

const protocolViolation = "08P01";
const endTimeoutSeconds = 1;

export interface OpenPostgresStoreOptions {
  /** The value of DATABASE_URL. */
  readonly url: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Applies the pending migrations first. Throws a StartupError if the database cannot be used. */
export async function openPostgresStore(options: OpenPostgresStoreOptions): Promise<Store> {
  const { address, client } = await openPostgresClient(options);
  return createPostgresStore(client, { name: nameOf(address), clock: options.clock });
}

/** The client of openPostgresStore, with the same preparations. */
export async function openPostgresClient({ url, clock, log }: OpenPostgresStoreOptions) {
  const address = parsePostgresAddress(url);
  for (const name of await migrateDatabase(address)) log.info({ name }, "A migration was applied");
  const statementTimeoutMs = await acceptsStatementTimeout(address) ? defaultStatementTimeoutMs : 0;
  if (statementTimeoutMs === 0) {
    log.warn("The pooler refuses statement_timeout; set it for the database's user instead");
  }
  return { address, client: createPostgresClient({ address, clock, log, statementTimeoutMs }) };
}

export function nameOf({ shown }: PostgresAddress): string {
  return `Postgres (${shown})`;
}

/** Returns the names of the migrations that it applied. Throws a StartupError if the database cannot be used. */
export function migrateDatabase(address: PostgresAddress): Promise<string[]> {
  return withOneConnection(address, { statementTimeoutMs: 0, use: (sql) => migrate(sql) });
}

/** False behind a PgBouncer that refuses connections with this setting. */
function acceptsStatementTimeout(address: PostgresAddress): Promise<boolean> {
  return withOneConnection(address, {
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

async function withOneConnection<T>(
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
  const catalog = createOneRow<CatalogEntry>(client, "catalog");
  const courses = createOneRow<SavedCourse>(client, "day_courses");

  return {
    name,
    ...createPostgresUsers(client),
    ...createPostgresAccounts(client),
    ...createPostgresInvites(client),
    ...createPostgresLists(client),
    ...createPostgresListOrder(client),
    ...createPostgresSessions({ client, clock }),
    async settingOrPut(name, value) {
      // The update changes nothing: it makes the statement return the row also if another instance inserted it.
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
    saveCatalog: catalog.save,
    catalog: catalog.read,
    saveCourses: courses.save,
    courses: courses.read,
    async ping() {
      await run((sql) => sql`select 1`);
    },
    close: client.close,
  };
}

/** A table with one row, which holds all entries: they are read and replaced as a whole. */
function createOneRow<Entry>({ run }: PostgresClient, table: "catalog" | "day_courses") {
  return {
    async save(entries: readonly Entry[]): Promise<void> {
      // As a text, because the driver would encode a parameter of type json once more.
      await run((sql) =>
        sql`
          insert into ${sql(table)} (entries) values (${JSON.stringify(entries)}::text::json)
          on conflict (only_row) do update set entries = excluded.entries`
      );
    },
    async read(): Promise<Entry[]> {
      const [row] = await run((sql) =>
        sql<{ entries: Entry[] }[]>`select entries from ${sql(table)}`
      );
      return row?.entries ?? [];
    },
  };
}
