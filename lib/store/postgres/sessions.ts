// Owns sessions in Postgres, and the deletion of old ones.

import { validate as isUuid } from "uuid";
import type { Clock } from "../../clock.ts";
import type { PostgresClient } from "./client.ts";
import { previousTokensMax, type Session, sessionsMax, type SessionStore } from "../store.ts";

export interface SessionRow {
  readonly id: string;
  readonly user_id: string;
  readonly username: string;
  readonly token_hash: string;
  /** JSON, because no query needs a single token. */
  readonly previous_tokens: string;
  /** Unused; the column takes no null. */
  readonly rotation_key: "";
  readonly created_at: Date;
  readonly rotated_at: Date;
  readonly idle_expires_at: Date;
  readonly ends_at: Date;
  readonly revoked_at: Date | null;
  readonly user_agent: string | null;
  readonly forget_on: Date;
}

/** How many old sessions each new one deletes: more than one, so that they do not pile up. */
const forgottenMax = 5;

/** How many sessions past the bound of a user one sign-in ends. Usually it is one. The next sign-in ends further ones. */
const oldEndedMax = 100;

/** Longer than the lifetime of an access token, so that a restart forgets no sign-out. */
const keptDays = 2;
const dayMs = 24 * 3_600_000;

/** The bound of the read at start. In the 20 minutes that it covers, this is 800 sign-outs a second. */
const revokedMax = 1_000_000;

export function createPostgresSessions(
  { client: { run }, clock }: { client: PostgresClient; clock: Clock },
): SessionStore {
  return {
    async createSession(session, { ifPasswordHash } = {}) {
      const row = sessionRowOf(session);
      // The names are our own. sql() would treat them as values here.
      const columns = Object.keys(row).join(", ");
      // With the lock a change of the password waits for this session, and then revokes it with the others.
      const { count } = await run((sql) =>
        sql`
          with holder as (
            select id from users
            where id = ${session.userId} and password_hash = ${ifPasswordHash ?? null}
            for share
          ), old as (
            select id from sessions where forget_on <= ${new Date(clock.now())}::date
            order by forget_on limit ${forgottenMax}
            for update skip locked
          ), forgotten as (
            delete from sessions using old where sessions.id = old.id
          )
          insert into sessions (${sql.unsafe(columns)})
          select ${sql.unsafe(columns)}
          from json_populate_record(null::sessions, ${JSON.stringify(row)}::text::json)
          where ${ifPasswordHash === undefined}::boolean or exists (select from holder)`
      );
      return count === 1;
    },
    async session(id) {
      if (!isUuid(id)) return undefined;
      const [row] = await run((sql) => sql<SessionRow[]>`select * from sessions where id = ${id}`);
      return row && sessionOf(row);
    },
    async rotateSession({ sessionId, from, to, at, idleExpiresAt }) {
      if (!isUuid(sessionId)) return undefined;
      const [now, idleEnd] = [new Date(at), new Date(idleExpiresAt)];
      const [row] = await run((sql) =>
        sql<SessionRow[]>`
          with present as (
            select * from sessions where id = ${sessionId} for update
          ), rotated as (
            update sessions set
              token_hash = ${to},
              previous_tokens = (
                (
                  jsonb_build_object('hash', ${from}::text, 'rotatedAt', ${at}::bigint)
                  || present.previous_tokens::jsonb
                ) - ${previousTokensMax}::int
              )::text,
              rotated_at = ${now},
              idle_expires_at = least(present.ends_at, ${idleEnd}),
              forget_on = (least(present.ends_at, ${idleEnd}) at time zone 'UTC')::date
                + ${keptDays}::int
            from present
            where sessions.id = present.id and present.token_hash = ${from}
              and present.revoked_at is null
              and present.idle_expires_at > ${now} and present.ends_at > ${now}
            returning sessions.*
          )
          select * from rotated
          union all
          select * from present where not exists (select from rotated)`
      );
      return row && sessionOf(row);
    },
    async revokeSession(id, at) {
      if (!isUuid(id)) return false;
      const { count } = await run((sql) =>
        sql`
          update sessions set revoked_at = ${new Date(at)}, forget_on = ${forgetOn(at)}
          where id = ${id} and revoked_at is null`
      );
      return count === 1;
    },
    async sessionsOf(userId, at) {
      if (!isUuid(userId)) return [];
      const now = new Date(at);
      const rows = await run((sql) =>
        sql<SessionRow[]>`
          select * from sessions
          where user_id = ${userId} and revoked_at is null
            and idle_expires_at > ${now} and ends_at > ${now}
          order by id desc limit ${sessionsMax}`
      );
      return rows.map(sessionOf);
    },
    async revokeSessions(userId, { at, except }) {
      if (!isUuid(userId)) return [];
      const rows = await run((sql) =>
        sql<{ id: string }[]>`
          update sessions set revoked_at = ${new Date(at)}, forget_on = ${forgetOn(at)}
          where user_id = ${userId} and revoked_at is null
            and id is distinct from ${except ?? null}::uuid
          returning id`
      );
      return rows.map(({ id }) => id);
    },
    async revokeOldSessions(userId, { at, keep }) {
      if (!isUuid(userId)) return [];
      const now = new Date(at);
      const rows = await run((sql) =>
        sql<{ id: string }[]>`
          with old as (
            select id from sessions
            where user_id = ${userId} and revoked_at is null
              and idle_expires_at > ${now} and ends_at > ${now}
            order by id desc offset ${keep} limit ${oldEndedMax}
            for update skip locked
          )
          update sessions set revoked_at = ${now}, forget_on = ${forgetOn(at)}
          from old where sessions.id = old.id
          returning sessions.id`
      );
      return rows.map(({ id }) => id);
    },
    async revokedSessions(since) {
      const from = new Date(since);
      const rows = await run((sql) =>
        sql<{ id: string }[]>`
          select id from (
            select id, revoked_at from sessions where revoked_at >= ${from}
            union all
            select id, revoked_at from deleted_sessions where revoked_at >= ${from}
          ) as revoked
          order by revoked_at desc limit ${revokedMax}`
      );
      return rows.map(({ id }) => id);
    },
  };
}

/** The start of a day (UTC) from which on no request needs the session. */
function forgetOn(endedAt: number): Date {
  return new Date((Math.floor(endedAt / dayMs) + keptDays) * dayMs);
}

export function sessionRowOf(session: Session): SessionRow {
  const { idleExpiresAt, endsAt, revokedAt } = session;
  return {
    id: session.id,
    user_id: session.userId,
    username: session.username,
    token_hash: session.tokenHash,
    previous_tokens: JSON.stringify(session.previousTokens),
    rotation_key: "",
    created_at: new Date(session.createdAt),
    rotated_at: new Date(session.rotatedAt),
    idle_expires_at: new Date(idleExpiresAt),
    ends_at: new Date(endsAt),
    revoked_at: revokedAt === null ? null : new Date(revokedAt),
    user_agent: session.userAgent,
    forget_on: forgetOn(Math.min(idleExpiresAt, endsAt)),
  };
}

export function sessionOf(row: SessionRow): Session {
  return {
    id: row.id,
    userId: row.user_id,
    username: row.username,
    tokenHash: row.token_hash,
    previousTokens: JSON.parse(row.previous_tokens),
    createdAt: row.created_at.getTime(),
    rotatedAt: row.rotated_at.getTime(),
    idleExpiresAt: row.idle_expires_at.getTime(),
    endsAt: row.ends_at.getTime(),
    revokedAt: row.revoked_at?.getTime() ?? null,
    userAgent: row.user_agent,
  };
}
