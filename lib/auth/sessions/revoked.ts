// Owns the set of newly revoked sessions, so that their access tokens are refused without a read of the store.

import { BoundedMap } from "../../bounded_map.ts";
import type { Clock } from "../../clock.ts";
import type { SessionStore } from "../../store/store.ts";

export interface RevokedSessions {
  has(sessionId: string): boolean;
  add(sessionId: string): void;
  /** Adds the revoked sessions of the store: at start, and after announcements were missed. */
  load(): Promise<void>;
}

/** Longer than the lifetime of an access token: afterwards every token of the session has expired. */
const keptMs = 20 * 60_000;

/** About 800 sign-outs a second for 20 minutes. At the bound the oldest is dropped: its last access token expires soon. */
const revokedMax = 1_000_000;

export function createRevokedSessions(
  { store, clock }: { store: Pick<SessionStore, "revokedSessions">; clock: Clock },
): RevokedSessions {
  /** In the order of their ends, since all stay equally long and a repeated one moves to the end. */
  const endsById = new BoundedMap<string, number>(revokedMax);

  function prune(): void {
    const now = clock.now();
    for (const [id, end] of endsById.entries()) {
      if (end > now) return;
      endsById.delete(id);
    }
  }

  function add(sessionId: string): void {
    endsById.set(sessionId, clock.now() + keptMs);
    prune();
  }

  return {
    has: (sessionId) => endsById.has(sessionId),
    add,
    async load() {
      for (const id of await store.revokedSessions(clock.now() - keptMs)) add(id);
    },
  };
}
