// Owns the end of sessions before their time: in the store, in this process, and announced to the others.

import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import type { Session, SessionStore } from "../../store/store.ts";
import type { RevokedSessions } from "./revoked.ts";

/** Tells all instances, so that they refuse the session's access tokens and close its sockets. */
export type AnnounceRevoked = (
  identity: { readonly userId: string; readonly sessionId: string },
) => Promise<void>;

export interface Revocation {
  revoke(session: Pick<Session, "id" | "userId">): Promise<void>;
  revokeAll(userId: string, options?: { except?: string }): Promise<void>;
  /** The store has ended them already. */
  ended(userId: string, sessionIds: readonly string[]): Promise<void>;
}

export interface RevocationOptions {
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly revoked: RevokedSessions;
  readonly announceRevoked: AnnounceRevoked;
}

/** So many announcements of one user are under way at once. */
const announcedAtOnceMax = 20;

export function createRevocation(
  { store, clock, log, revoked, announceRevoked }: RevocationOptions,
): Revocation {
  async function announce(userId: string, sessionId: string): Promise<void> {
    try {
      await announceRevoked({ userId, sessionId });
    } catch (err) {
      // It is revoked all the same, and the bus tells the other instances when it is back.
      log.error({ err, sessionId }, "A revoked session could not be announced");
    }
  }

  async function ended(userId: string, sessionIds: readonly string[]): Promise<void> {
    for (const id of sessionIds) revoked.add(id);
    for (let start = 0; start < sessionIds.length; start += announcedAtOnceMax) {
      const some = sessionIds.slice(start, start + announcedAtOnceMax);
      await Promise.all(some.map((id) => announce(userId, id)));
    }
  }

  return {
    async revoke({ id, userId }) {
      await store.revokeSession(id, clock.now());
      await ended(userId, [id]);
    },
    async revokeAll(userId, options = {}) {
      await ended(userId, await store.revokeSessions(userId, { at: clock.now(), ...options }));
    },
    ended,
  };
}
