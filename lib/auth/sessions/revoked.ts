// Owns the set of recently revoked sessions: their access tokens are refused without a read of the store.

import { BoundedMap } from "../../bounded_map.ts";
import type { Clock } from "../../clock.ts";
import type { SessionStore } from "../../store/store.ts";

export interface RevokedSessions {
  has(sessionId: string): boolean;
  add(sessionId: string): void;
  /** Adds the revoked sessions from the store. Called at start, and after announcements were missed. */
  load(): Promise<void>;
}

/** Longer than the lifetime of an access token, so every token of the session has expired afterwards. */
const retentionMs = 20 * 60_000;

/** Enough for about 800 sign-outs a second. A further session replaces the oldest one, whose last access token expires soon. */
const revokedMax = 1_000_000;

export function createRevokedSessions(
  { store, clock }: { store: Pick<SessionStore, "revokedSessions">; clock: Clock },
): RevokedSessions {
  /** Until when each session is retained, in this order: all are retained equally long, and a repeated one moves to the end. */
  const retainedUntil = new BoundedMap<string, number>(revokedMax);

  function prune(): void {
    const now = clock.now();
    for (const [id, until] of retainedUntil.entries()) {
      if (until > now) return;
      retainedUntil.delete(id);
    }
  }

  function add(sessionId: string): void {
    retainedUntil.set(sessionId, clock.now() + retentionMs);
    prune();
  }

  return {
    has: (sessionId) => retainedUntil.has(sessionId),
    add,
    async load() {
      for (const id of await store.revokedSessions(clock.now() - retentionMs)) add(id);
    },
  };
}
