// Owns reading and writing all of Postgres: reads in one transaction, writes each batch in one statement.

import { addEachUser, type BulkStore, putAll, readAll } from "../bulk.ts";
import { recordReaders } from "./bulk_read.ts";
import { connectPostgres, type PostgresClient } from "./client.ts";
import { translated } from "./errors.ts";
import { sessionRowOf } from "./sessions.ts";
import {
  createPostgresStore,
  nameOf,
  openPostgresClient,
  type OpenPostgresStoreOptions,
} from "../postgres_store.ts";
import { userRowOf } from "./users.ts";

const endTimeoutSeconds = 1;

/** Applies the pending migrations first. Throws a StartupError if the database cannot be used. */
export async function openPostgresBulk(options: OpenPostgresStoreOptions): Promise<BulkStore> {
  const { clock } = options;
  const { address, client } = await openPostgresClient(options);
  const name = nameOf(address);
  const { saveCatalog } = createPostgresStore(client, { name, clock });
  const addUsers = createAddUsers(client);

  /** The rows are sent as a text, because the driver would encode a parameter of type json once more. */
  async function insert(
    table: "sessions" | "deleted_sessions" | "settings",
    rows: readonly object[],
  ): Promise<void> {
    const columns = columnsOf(rows);
    await client.run((sql) =>
      sql`
        insert into ${sql(table)} (${sql.unsafe(columns)})
        select ${sql.unsafe(columns)}
        from json_populate_recordset(null::${sql(table)}, ${JSON.stringify(rows)}::text::json)`
    );
  }

  return {
    name,
    async hasUsers() {
      const [row] = await client.run((sql) =>
        sql<{ found: boolean }[]>`select exists (select 1 from users) as found`
      );
      return row!.found;
    },
    addUsers,
    async *read() {
      const options = { connectionsMax: 1, statementTimeoutMs: 0, lifeSeconds: 0 };
      const sql = connectPostgres(address, options);
      try {
        await sql.unsafe("begin isolation level repeatable read read only");
        yield* readAll(recordReaders(sql, { now: clock.now() }));
      } catch (error) {
        throw translated(error);
      } finally {
        await sql.end({ timeout: endTimeoutSeconds });
      }
    },
    put: (records) =>
      putAll({
        setting: (settings) =>
          insert("settings", settings.map(({ name, value }) => ({ name, value }))),
        catalog: async ([catalog]) => catalog && await saveCatalog(catalog.entries),
        revoked: (revoked) =>
          insert(
            "deleted_sessions",
            revoked.map(({ sessionId, at }) => {
              return { id: sessionId, revoked_at: new Date(at) };
            }),
          ),
        session: (sessions) =>
          insert("sessions", sessions.map(({ session }) => sessionRowOf(session))),
        user: (users) => addEachUser({ addUsers }, users),
      }, records),
    async clear() {
      await client.run((sql) =>
        sql`truncate users, watchlists, sessions, deleted_sessions, settings, catalog, day_courses`
      );
    },
    close: client.close,
  };
}

function createAddUsers({ run }: PostgresClient): BulkStore["addUsers"] {
  return async (unordered) => {
    // Sorted, so that two statements that add the same names cannot deadlock.
    const records = unordered.toSorted((a, b) => compare(a.user.username, b.user.username));
    const rows = records.map(({ user, passwordHash, lists }) => ({
      ...userRowOf(user, passwordHash),
      list_ids: lists.length > 1 ? lists.map(({ id }) => id) : [],
    }));
    const columns = columnsOf(rows);
    const lists = records.flatMap((record) =>
      record.lists.map((list) => ({ user_id: record.user.id, ...list }))
    );
    const [row] = await run((sql) =>
      sql<{ count: number }[]>`
        with created as (
          insert into users (${sql.unsafe(columns)})
          select ${sql.unsafe(columns)}
          from json_populate_recordset(null::users, ${JSON.stringify(rows)}::text::json)
          on conflict (username) do nothing
          returning id
        ), listed as (
          insert into watchlists (user_id, id, name, version, tickers)
          select list.user_id, list.id, list.name, list.version, list.tickers
          from json_populate_recordset(null::watchlists, ${JSON.stringify(lists)}::text::json)
            as list join created on created.id = list.user_id
        )
        select count(*)::integer as count from created`
    );
    return row!.count;
  };
}

/** The names are our own, so they may stand in SQL as they are. Other columns get their defaults. */
function columnsOf(rows: readonly object[]): string {
  return Object.keys(rows[0] ?? {}).join();
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
