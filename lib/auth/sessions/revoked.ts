// Owns the set of newly revoked sessions, so that their access tokens are refused without a read of the store.

import { BoundedMap } from "../../bounded_map.ts";
import type { Clock } from "../../clock.ts";
import type { SessionStore } from "../../store/store.ts";

export interface RevokedSessions {
  has(sessionId: string): boolean;
  add(sessionId: string): void;
  /** Adds those the store knows: at start, and after announcements were missed. */
  load(): Promise<void>;
}

/** Longer than an access token lives; after that no token of the session is left to refuse. */
const keptMs = 20 * 60_000;

/** Some 800 sign-outs a second for 20 minutes. At the bound the oldest goes: its last access token ends soon. */
const revokedMax = 1_000_000;

export function createRevokedSessions(
  { store, clock }: { store: Pick<SessionStore, "revokedSessions">; clock: Clock },
): RevokedSessions {
  /** In order of their end, because all are kept equally long and a repeated one moves to the end. */
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
