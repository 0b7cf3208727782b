// Owns finding and creating users in Postgres, each with the first list.

import { validate as isUuid } from "uuid";
import type { PostgresClient } from "./client.ts";
import { arrayLiteral } from "./lists.ts";
import { inviteSetting, type User, type UserStore } from "../store.ts";

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
    async createUser({ user, passwordHash, list, invite }) {
      const row = userRowOf(user, passwordHash);
      // The names are our own. sql() would treat them as values here.
      const columns = Object.keys(row).join(", ");
      const inviteName = invite ? inviteSetting(invite.tokenHash) : null;
      // With the lock, of several users with one invite the later ones wait, and then find no invite.
      const [outcome] = await run((sql) =>
        sql<{ created: boolean; invited: boolean }[]>`
          with invite as (
            select name from settings
            where name = ${inviteName} and value::bigint > ${invite?.at ?? 0}::bigint
            for update
          ), created as (
            insert into users (${sql.unsafe(columns)})
            select ${sql.unsafe(columns)}
            from json_populate_record(null::users, ${JSON.stringify(row)}::text::json)
            where ${invite === undefined}::boolean or exists (select from invite)
            on conflict (username) do nothing returning id
          ), used as (
            delete from settings using created where name = ${inviteName}
          ), listed as (
            insert into watchlists (user_id, id, name, version, tickers)
            select created.id, ${list.id}, ${list.name}, ${list.version},
              ${arrayLiteral(list.tickers)}::text[]
            from created
          )
          select exists (select from created) as created, exists (select from invite) as invited`
      );
      if (outcome?.created) return "created";
      return invite && !outcome?.invited ? "invalid_invite" : "username_taken";
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
