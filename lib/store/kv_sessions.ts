// Owns sessions in Deno KV: ["session", id], and ["revoked", at, id] to find the newly revoked ones by time.

import { validate as isUuid } from "uuid";
import type { Clock } from "../clock.ts";
import type { KvClient } from "./kv_client.ts";
import type { Session, Store } from "./store.ts";

type SessionMethods =
  | "createSession"
  | "session"
  | "rotateSession"
  | "revokeSession"
  | "revokedSessions";

/** Longer than an access token lives, so that a restart forgets no sign-out. */
const revokedKeptMs = 30 * 60_000;

/** A read at start takes the first million; at 20 minutes kept that is 800 sign-outs a second. */
const revokedMax = 1_000_000;

export function createKvSessions(
  { kv, clock }: { kv: KvClient; clock: Clock },
): Pick<Store, SessionMethods> {
  const sessionKey = (id: string) => ["session", id];

  /** Deno KV forgets a session by itself, some time after it ended; readers still compare the times. */
  function expiry({ idleExpiresAt, endsAt }: Session): { expireIn: number } {
    return { expireIn: Math.max(1, Math.min(idleExpiresAt, endsAt) - clock.now()) };
  }

  return {
    async createSession(session) {
      const key = sessionKey(session.id);
      const committed = await kv.commit(
        kv.atomic().check({ key, versionstamp: null }).set(key, session, expiry(session)),
      );
      if (!committed) throw new Error(`Session ${session.id} exists already`);
    },
    async session(id) {
      if (!isUuid(id)) return undefined;
      return (await kv.get<Session>(sessionKey(id))).value ?? undefined;
    },
    rotateSession(next, { expectedTokenHash }) {
      return kv.untilCommitted(async () => {
        const entry = await kv.get<Session>(sessionKey(next.id));
        if (entry.value?.tokenHash !== expectedTokenHash) return false;
        if (entry.value.revokedAt !== null) return false;
        const operation = kv.atomic().check(entry).set(entry.key, next, expiry(next));
        return await kv.commit(operation) ? true : undefined;
      });
    },
    async revokeSession(id, at) {
      if (!isUuid(id)) return false;
      return await kv.untilCommitted(async () => {
        const entry = await kv.get<Session>(sessionKey(id));
        if (entry.value === null || entry.value.revokedAt !== null) return false;
        const kept = { expireIn: revokedKeptMs };
        const operation = kv.atomic()
          .check(entry)
          .set(entry.key, { ...entry.value, revokedAt: at }, kept)
          .set(["revoked", at, id], true, kept);
        return await kv.commit(operation) ? true : undefined;
      });
    },
    async revokedSessions(since) {
      const selector = { prefix: ["revoked"], start: ["revoked", since] };
      const entries = await kv.range<true>(selector, { limit: revokedMax });
      return entries.map(({ key }) => String(key[2]));
    },
  };
}
