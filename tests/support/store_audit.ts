// Owns an audit of a store that does not use the store's own code: reads all keys of Deno KV or all tables of Postgres, and reports entries that do not fit together.

import type { Session, User } from "../../lib/store/store.ts";
import { parsePostgresAddress } from "../../lib/store/postgres/address.ts";
import { connectPostgres } from "../../lib/store/postgres/client.ts";
import type { Watchlist } from "../../lib/watchlist.ts";

/** The entries of the store that must fit together. */
interface Content {
  readonly users: ReadonlyMap<string, string>;
  /** The user id of each username. */
  readonly names: ReadonlyMap<string, string>;
  readonly lists: readonly (Watchlist & { readonly userId: string })[];
  /** The ids of lists in the order of each user. */
  readonly placed: readonly { readonly userId: string; readonly listId: string }[];
  readonly sessions: readonly Pick<Session, "id" | "userId">[];
  /** The index entries that find the sessions of a user. */
  readonly sessionsFound: readonly Pick<Session, "id" | "userId">[];
}

/** No other process may have the file open. */
export async function auditKv(path: string): Promise<string[]> {
  const kv = await Deno.openKv(path);
  try {
    const entries = await Array.fromAsync(kv.list({ prefix: [] }));
    const under = (name: string) => entries.filter(({ key }) => key[0] === name);
    const text = (part: unknown) => String(part);
    const lists = under("list").filter(({ key }) => key[2] !== "");
    const orders = under("list").filter(({ key }) => key[2] === "");
    return faultsOf({
      users: new Map(
        under("user").map(({ key, value }) => {
          const { user } = value as { user: User };
          return [text(key[1]), user.username];
        }),
      ),
      names: new Map(under("username").map(({ key, value }) => [text(key[1]), text(value)])),
      lists: lists.map(({ key, value }) => ({ ...value as Watchlist, userId: text(key[1]) })),
      placed: orders.flatMap(({ key, value }) =>
        (value as string[]).map((listId) => ({ userId: text(key[1]), listId }))
      ),
      sessions: under("session").map(({ value }) => value as Session),
      sessionsFound: under("user_session").map(({ key }) => {
        return { userId: text(key[1]), id: text(key[2]) };
      }),
    });
  } finally {
    kv.close();
  }
}

export async function auditPostgres(url: string): Promise<string[]> {
  const options = { connectionsMax: 1, statementTimeoutMs: 0 };
  const sql = connectPostgres(parsePostgresAddress(url), options);
  try {
    const users = await sql<{ id: string; username: string }[]>`select id, username from users`;
    const sessions = await sql<Session[]>`select id, user_id as "userId" from sessions`;
    return faultsOf({
      users: new Map(users.map(({ id, username }) => [id, username])),
      names: new Map(users.map(({ id, username }) => [username, id])),
      lists: await sql<Content["lists"]>`
        select user_id as "userId", id, name, version, to_json(tickers) as tickers from watchlists`,
      placed: await sql<Content["placed"]>`
        select id as "userId", unnest(list_ids) as "listId" from users`,
      sessions,
      sessionsFound: sessions,
    });
  } finally {
    await sql.end();
  }
}

function faultsOf({ users, names, lists, placed, sessions, sessionsFound }: Content): string[] {
  const faults: string[] = [];
  const expect = (holds: boolean, fault: string) => void (holds || faults.push(fault));
  const owners = new Set(lists.map(({ userId }) => userId));
  const listKeys = new Set(lists.map(({ userId, id }) => `${userId} ${id}`));
  const sessionKeys = new Set(sessions.map(({ userId, id }) => `${userId} ${id}`));

  for (const [id, username] of users) {
    expect(names.get(username) === id, `The name ${username} is not its user's`);
    expect(owners.has(id), `${username} has no list`);
  }
  for (const [username, id] of names) {
    expect(users.get(id) === username, `The name ${username} has no user`);
  }
  for (const { userId, id, tickers, version } of lists) {
    expect(users.has(userId), `The list ${id} has no user`);
    expect(new Set(tickers).size === tickers.length, `The list ${id} has a ticker twice`);
    expect(version >= 1, `The list ${id} has no version`);
  }
  for (const { userId, listId } of placed) {
    expect(listKeys.has(`${userId} ${listId}`), `The list ${listId} has a place but is not there`);
  }
  for (const { userId, id } of sessions) {
    expect(users.has(userId), `The session ${id} has no user`);
  }
  for (const { userId, id } of sessionsFound) {
    expect(sessionKeys.has(`${userId} ${id}`), `The session ${id} is found but not there`);
  }
  return faults;
}
