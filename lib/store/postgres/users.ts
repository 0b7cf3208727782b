// Owns finding and creating users in Postgres, each with the first list.

import { validate as isUuid } from "uuid";
import type { PostgresClient } from "./client.ts";
import { arrayLiteral } from "./lists.ts";
import type { User, UserStore } from "../store.ts";

export interface UserRow {
  readonly id: string;
  readonly username: string;
  readonly email: string | null;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly password_hash: string;
  readonly created_at: Date;
}

export function createPostgresUsers(
  { run }: PostgresClient,
): UserStore {
  return {
    async createUser({ user, passwordHash, list }) {
      const row = userRowOf(user, passwordHash);
      const { count } = await run((sql) =>
        sql`
          with created as (
            insert into users ${sql(row)} on conflict (username) do nothing returning id
          )
          insert into watchlists (user_id, id, name, version, tickers)
          select created.id, ${list.id}, ${list.name}, ${list.version},
            ${arrayLiteral(list.tickers)}::text[]
          from created`
      );
      return count === 1 ? "created" : "username_taken";
    },
    async user(id) {
      if (!isUuid(id)) return undefined;
      const [row] = await run((sql) => sql<UserRow[]>`select * from users where id = ${id}`);
      return row && userOf(row);
    },
    async credentials(username) {
      // Postgres cannot store this character, so no user has such a name.
      if (username.includes("\0")) return undefined;
      const [row] = await run((sql) =>
        sql<UserRow[]>`select * from users where username = ${username}`
      );
      return row && { user: userOf(row), passwordHash: row.password_hash };
    },
  };
}

export function userRowOf(user: User, passwordHash: string): UserRow {
  return {
    id: user.id,
    username: user.username,
    email: user.email,
    first_name: user.firstName,
    last_name: user.lastName,
    password_hash: passwordHash,
    created_at: new Date(user.createdAt),
  };
}

export function userOf(row: UserRow): User {
  return {
    id: row.id,
    username: row.username,
    email: row.email,
    firstName: row.first_name,
    lastName: row.last_name,
    createdAt: row.created_at.getTime(),
  };
}
