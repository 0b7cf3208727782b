// Owns sessions in Deno KV: ["session", id]. ["user_session", userId, id] finds the live sessions of a user,
// ["ended_session", userId, id] the ended ones that are still stored, ["revoked", at, id] the recently revoked ones by time.

import { validate as isUuid } from "uuid";
import type { Clock } from "../../clock.ts";
import type { KvClient } from "./client.ts";
import { type StoredUser, userKey } from "./users.ts";
import { rotated } from "./session_rotation.ts";
import { isLive, type Session, sessionsMax, type SessionStore } from "../store.ts";

export interface KvSessions extends SessionStore {
  /** Like revokeSessions, but deletes the sessions; only their ids stay among the revoked ones. */
  forgetSessions(userId: string, at: number): Promise<string[]>;
}

/** Longer than the lifetime of an access token, so that a restart forgets no sign-out. */
const revokedKeptMs = 30 * 60_000;

/** The bound of the read at start. In the 20 minutes that it covers, this is 800 sign-outs a second. */
const revokedMax = 1_000_000;

/** How many sessions of a user are read at once, to end or delete them. Further ones are read after that, until none is left. */
const stepMax = 500;

/** How many sessions of a user are ended, or deleted, at the same time. */
const portionMax = 50;

/** How many sessions past the bound of a user one sign-in ends. Usually it is one. The next sign-in ends further ones. */
const oldEndedMax = 100;

const sessionKey = (id: string): Deno.KvKey => ["session", id];
const liveKey = ({ userId, id }: Session): Deno.KvKey => ["user_session", userId, id];
const endedKey = ({ userId, id }: Session): Deno.KvKey => ["ended_session", userId, id];
export const revokedKey = (at: number, id: string): Deno.KvKey => ["revoked", at, id];

export function createKvSessions({ kv, clock }: { kv: KvClient; clock: Clock }): KvSessions {
  /** Deno KV deletes an expired session with a delay, so readers compare the times too. */
  function put(session: Session, operation: Deno.AtomicOperation): Deno.AtomicOperation {
    const expireIn = Math.max(1, Math.min(session.idleExpiresAt, session.endsAt) - clock.now());
    return operation
      .set(sessionKey(session.id), session, { expireIn })
      .set(liveKey(session), true, { expireIn });
  }

  /** True if the session was live until this call. */
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
    const ended: string[] = [];
    for await (const ids of stepsUnder(["user_session", userId])) {
      ended.push(...await endEach(ids.filter((id) => id !== except), options));
    }
    return ended;
  }

  /** Returns the ids of the sessions that were live until this call. */
  async function endEach(
    ids: readonly string[],
    options: { at: number; forget?: boolean },
  ): Promise<string[]> {
    const ended: string[] = [];
    for (const some of portions(ids)) {
      await Promise.all(some.map(async (id) => {
        if (await end(id, options)) ended.push(id);
      }));
    }
    return ended;
  }

  /** Deletes the sessions that ended before. */
  async function removeEnded(userId: string): Promise<void> {
    const prefix = ["ended_session", userId];
    for await (const ids of stepsUnder(prefix)) {
      for (const some of portions(ids)) {
        const operation = kv.atomic();
        for (const id of some) operation.delete([...prefix, id]).delete(sessionKey(id));
        await kv.commit(operation);
      }
    }
  }

  /** All ids, the first opened first, and those that are added meanwhile. Ends: each step begins behind the last one. */
  async function* stepsUnder(prefix: Deno.KvKey): AsyncGenerator<string[]> {
    if (!isUuid(prefix[1])) return;
    let last: string | undefined;
    do {
      // An id with this sign after it sorts behind the id and before all later ids.
      const start = last === undefined ? {} : { start: [...prefix, `${last}~`] };
      const entries = await kv.range<true>({ prefix, ...start }, { limit: stepMax });
      const ids = entries.map(({ key }) => String(key[2]));
      yield ids;
      last = ids.at(-1);
    } while (last !== undefined);
  }

  /** The last opened first, since ids are ordered by time. */
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
      const ids = await idsUnder(["user_session", userId], { limit: sessionsMax });
      const found = await Promise.all(ids.map(find));
      return found.filter((session) => session !== undefined).filter((session) =>
        isLive(session, at)
      );
    },
    revokeSessions: endAll,
    async revokeOldSessions(userId, { at, keep }) {
      const ids = await idsUnder(["user_session", userId], { limit: keep + oldEndedMax });
      return await endEach(ids.slice(keep), { at });
    },
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
