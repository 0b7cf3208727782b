// Owns changes of an account in Postgres: a new password, a reset ticket, the deletion. Each change is one statement.

import { validate as isUuid } from "uuid";
import type { PostgresClient, Sql } from "./client.ts";
import { userOf, type UserRow } from "./users.ts";
import type { AccountStore, ResetTicket } from "../store.ts";

/** Much longer than the lifetime of an access token. */
const deletedKeptMs = 24 * 3_600_000;
/** How many older rows of deleted_sessions each deletion removes. */
const forgottenMax = 100;

export function createPostgresAccounts({ run }: PostgresClient): AccountStore {
  return {
    async changePassword(userId, { from, to }) {
      if (!isUuid(userId)) return false;
      const { count } = await run((sql) =>
        sql`
          update users set password_hash = ${to}, reset_token_hash = null, reset_expires_at = null
          where id = ${userId} and password_hash = ${from}`
      );
      return count === 1;
    },
    async putResetTicket({ userId, tokenHash, expiresAt }) {
      if (!isUuid(userId)) return false;
      const { count } = await run((sql) =>
        sql`
          update users set reset_token_hash = ${tokenHash}, reset_expires_at = ${new Date(
          expiresAt,
        )}
          where id = ${userId}`
      );
      return count === 1;
    },
    async resetTicketHolder(ticket, at) {
      if (!isUuid(ticket.userId)) return undefined;
      const [row] = await run((sql) =>
        sql<UserRow[]>`select * from users where ${holds(sql, ticket, at)}`
      );
      return row && userOf(row);
    },
    async resetPassword(ticket, { at, passwordHash }) {
      if (!isUuid(ticket.userId)) return false;
      const { count } = await run((sql) =>
        sql`
          update users
          set password_hash = ${passwordHash}, reset_token_hash = null, reset_expires_at = null
          where ${holds(sql, ticket, at)}`
      );
      return count === 1;
    },
    async deleteUser(userId, at) {
      if (!isUuid(userId)) return [];
      // The foreign key of the lists deletes them with the user.
      const ended = await run((sql) =>
        sql<{ id: string }[]>`
          with gone as (
            delete from users where id = ${userId} returning id
          ), ended as (
            delete from sessions using gone where sessions.user_id = gone.id
            returning sessions.id, sessions.revoked_at
          ), kept as (
            insert into deleted_sessions (id, revoked_at)
            select id, coalesce(revoked_at, ${new Date(at)}) from ended
          ), old as (
            select id from deleted_sessions where revoked_at < ${new Date(at - deletedKeptMs)}
            order by revoked_at limit ${forgottenMax}
            for update skip locked
          ), forgotten as (
            delete from deleted_sessions using old where deleted_sessions.id = old.id
          )
          select id from ended where revoked_at is null`
      );
      return ended.map(({ id }) => id);
    },
  };
}

function holds(sql: Sql, { userId, tokenHash }: ResetTicket, at: number) {
  return sql`
    id = ${userId} and reset_token_hash = ${tokenHash} and reset_expires_at > ${new Date(at)}`;
}
