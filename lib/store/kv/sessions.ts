// Owns sessions in Deno KV: ["session", id]. ["user_session", userId, id] finds a user's live ones, ["ended_session",
// userId, id] the others that are still kept, ["revoked", at, id] the newly revoked ones by time.

import { validate as isUuid } from "uuid";
import type { Clock } from "../../clock.ts";
import type { KvClient } from "./client.ts";
import { type StoredUser, userKey } from "./users.ts";
import { rotated } from "./session_rotation.ts";
import { isLive, type Session, sessionsListedMax, type SessionStore } from "../store.ts";

export interface KvSessions extends SessionStore {
  /** Like revokeSessions, but keeps nothing of them except that they are revoked. */
  forgetSessions(userId: string, at: number): Promise<string[]>;
}

/** Longer than an access token lives, so that a restart forgets no sign-out. */
const revokedKeptMs = 30 * 60_000;

/** A read at start takes the first million; at 20 minutes kept that is 800 sign-outs a second. */
const revokedMax = 1_000_000;

/** More than anybody opens in 90 days: a sign-in costs some 50 ms of the service's only password worker. */
const userSessionsMax = 100_000;

/** So many of a user's sessions are ended, or removed, at the same time. */
const portionMax = 50;

const sessionKey = (id: string): Deno.KvKey => ["session", id];
const liveKey = ({ userId, id }: Session): Deno.KvKey => ["user_session", userId, id];
const endedKey = ({ userId, id }: Session): Deno.KvKey => ["ended_session", userId, id];
export const revokedKey = (at: number, id: string): Deno.KvKey => ["revoked", at, id];

export function createKvSessions({ kv, clock }: { kv: KvClient; clock: Clock }): KvSessions {
  /** Deno KV forgets a session by itself, some time after it ended; readers still compare the times. */
  function put(session: Session, operation: Deno.AtomicOperation): Deno.AtomicOperation {
    const expireIn = Math.max(1, Math.min(session.idleExpiresAt, session.endsAt) - clock.now());
    return operation
      .set(sessionKey(session.id), session, { expireIn })
      .set(liveKey(session), true, { expireIn });
  }

  /** True when it was live until now. */
  async function end(
    id: string,
    { at, forget = false }: { at: number; forget?: boolean },
  ): Promise<boolean> {
    if (!isUuid(id)) return false;
    return await kv.untilCommitted(async () => {
      const entry = await kv.get<Session>(sessionKey(id));
      if (entry.value === null || entry.value.revokedAt !== null) return false;
      const kept = { expireIn: revokedKeptMs };
      const operation = kv.atomic()
        .check(entry)
        .delete(liveKey(entry.value))
        .set(revokedKey(at, id), true, kept);
      if (forget) operation.delete(entry.key);
      else {
        operation.set(entry.key, { ...entry.value, revokedAt: at }, kept)
          .set(endedKey(entry.value), true, kept);
      }
      return await kv.commit(operation) ? true : undefined;
    });
  }

  async function endAll(
    userId: string,
    { except, ...options }: { at: number; except?: string; forget?: boolean },
  ): Promise<string[]> {
    const ids = await idsUnder(["user_session", userId], { limit: userSessionsMax });
    const ended: string[] = [];
    for (const some of portions(ids)) {
      await Promise.all(some.map(async (id) => {
        if (id !== except && await end(id, options)) ended.push(id);
      }));
    }
    return ended;
  }

  /** What is kept of sessions that ended before. */
  async function removeEnded(userId: string): Promise<void> {
    const prefix = ["ended_session", userId];
    for (const some of portions(await idsUnder(prefix, { limit: userSessionsMax }))) {
      const operation = kv.atomic();
      for (const id of some) operation.delete([...prefix, id]).delete(sessionKey(id));
      await kv.commit(operation);
    }
  }

  /** The latest opened first: the ids grow with time. */
  async function idsUnder(prefix: Deno.KvKey, { limit }: { limit: number }): Promise<string[]> {
    if (!isUuid(prefix[1])) return [];
    const entries = await kv.range<true>({ prefix }, { limit, reverse: true });
    return entries.map(({ key }) => String(key[2]));
  }

  async function find(id: string): Promise<Session | undefined> {
    return (await kv.get<Session>(sessionKey(id))).value ?? undefined;
  }

  return {
    createSession(session, { ifPasswordHash } = {}) {
      return kv.untilCommitted(async () => {
        const [present, holder] = await Promise.all([
          kv.get<Session>(sessionKey(session.id)),
          kv.get<StoredUser>(userKey(session.userId)),
        ]);
        if (present.value) throw new Error(`Session ${session.id} exists already`);
        const operation = put(session, kv.atomic().check(present));
        if (ifPasswordHash !== undefined) {
          if (holder.value?.passwordHash !== ifPasswordHash) return false;
          operation.check(holder);
        }
        return await kv.commit(operation) ? true : undefined;
      });
    },
    async session(id) {
      return isUuid(id) ? await find(id) : undefined;
    },
    async rotateSession(rotation) {
      if (!isUuid(rotation.sessionId)) return undefined;
      const outcome = await kv.untilCommitted(async () => {
        const entry = await kv.get<Session>(sessionKey(rotation.sessionId));
        const next = entry.value && rotated(entry.value, rotation);
        if (!next) return { session: entry.value ?? undefined };
        return await kv.commit(put(next, kv.atomic().check(entry))) ? { session: next } : undefined;
      });
      return outcome.session;
    },
    revokeSession: (id, at) => end(id, { at }),
    async sessionsOf(userId, at) {
      const ids = await idsUnder(["user_session", userId], { limit: sessionsListedMax });
      const found = await Promise.all(ids.map(find));
      return found.filter((session) => session !== undefined).filter((session) =>
        isLive(session, at)
      );
    },
    revokeSessions: endAll,
    async forgetSessions(userId, at) {
      const ended = await endAll(userId, { at, forget: true });
      await removeEnded(userId);
      return ended;
    },
    async revokedSessions(since) {
      const selector = { prefix: ["revoked"], start: ["revoked", since] };
      const entries = await kv.range<true>(selector, { limit: revokedMax });
      return entries.map(({ key }) => String(key[2]));
    },
  };
}

function* portions(ids: readonly string[]): Generator<string[]> {
  for (let start = 0; start < ids.length; start += portionMax) {
    yield ids.slice(start, start + portionMax);
  }
}
