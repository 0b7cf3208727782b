// Owns reading each kind of record from Postgres, in a transaction that the caller began.

import type { Watchlist } from "../../watchlist.ts";
import { type RecordReaders, revokedKeptMs } from "../bulk.ts";
import type { Sql } from "./client.ts";
import { sessionOf, type SessionRow } from "./sessions.ts";
import { userOf, type UserRow } from "./users.ts";
import { type CatalogEntry, isLive } from "../store.ts";

/** How many rows the server sends at once. A user comes with the lists, at most about 150 KB. */
const rowsAtOnce = 500;
const usersAtOnce = 100;

export function recordReaders(sql: Sql, { now }: { now: number }): RecordReaders {
  return {
    async *setting() {
      const rows = rowsOf<{ name: string; value: string }>(sql, "select name, value from settings");
      for await (const page of rows) yield page.map((row) => ({ kind: "setting", ...row }));
    },
    async *catalog() {
      const rows = rowsOf<{ entries: CatalogEntry[] }>(sql, "select entries from catalog");
      for await (const page of rows) {
        yield page.filter(({ entries }) => entries.length > 0)
          .map(({ entries }) => ({ kind: "catalog", entries }));
      }
    },
    async *revoked() {
      const since = `to_timestamp(${(now - revokedKeptMs) / 1_000})`;
      const rows = rowsOf<{ id: string; revoked_at: Date }>(
        sql,
        `select id, revoked_at from sessions where revoked_at >= ${since}
        union all
        select id, revoked_at from deleted_sessions where revoked_at >= ${since}`,
      );
      for await (const page of rows) {
        yield page.map(({ id, revoked_at }) => {
          return { kind: "revoked", sessionId: id, at: revoked_at.getTime() };
        });
      }
    },
    async *session() {
      for await (const page of rowsOf<SessionRow>(sql, "select * from sessions")) {
        yield page.map(sessionOf).filter((session) => isLive(session, now))
          .map((session) => ({ kind: "session", session }));
      }
    },
    async *user() {
      const rows = rowsOf<UserRow & { lists: Watchlist[] }>(
        sql,
        `select *, (
          select json_agg(json_build_object(
            'id', id, 'name', name, 'version', version, 'tickers', tickers
          ) order by array_position(users.list_ids, id) nulls last, id)
          from watchlists where user_id = users.id
        ) as lists from users`,
        { atOnce: usersAtOnce },
      );
      for await (const page of rows) {
        yield page.map(({ lists, ...row }) => {
          return { kind: "user", user: userOf(row), passwordHash: row.password_hash, lists };
        });
      }
    },
  };
}

/**
 * Uses a cursor of the server, which exists only in this transaction: if the connection breaks and the driver opens
 * another one, the next fetch fails. The cursor of the driver would end instead, as if there were no more rows.
 */
async function* rowsOf<Row extends object>(
  sql: Sql,
  query: string,
  { atOnce = rowsAtOnce } = {},
): AsyncGenerator<Row[]> {
  await sql.unsafe(`declare page no scroll cursor for ${query}`);
  for (;;) {
    const page = await sql.unsafe<Row[]>(`fetch ${atOnce} from page`);
    if (page.length === 0) break;
    yield page;
  }
  await sql.unsafe("close page");
}
