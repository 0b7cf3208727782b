// Owns ending sessions early: in the store, in this process, and announced to the other instances.

import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import type { Session, SessionStore } from "../../store/store.ts";
import type { RevokedSessions } from "./revoked.ts";

/** Announces it to all instances, so that they refuse the session's access tokens and close its sockets. */
export type AnnounceRevoked = (
  identity: { readonly userId: string; readonly sessionId: string },
) => Promise<void>;

export interface Revocation {
  revoke(session: Pick<Session, "id" | "userId">): Promise<void>;
  revokeAll(userId: string, options?: { except?: string }): Promise<void>;
  /** For sessions that the store has already ended. */
  ended(userId: string, sessionIds: readonly string[]): Promise<void>;
}

export interface RevocationOptions {
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly revoked: RevokedSessions;
  readonly announceRevoked: AnnounceRevoked;
}

/** The most announcements of one user that are under way at once. */
const announcedAtOnceMax = 20;

export function createRevocation(
  { store, clock, log, revoked, announceRevoked }: RevocationOptions,
): Revocation {
  async function announce(userId: string, sessionId: string): Promise<void> {
    try {
      await announceRevoked({ userId, sessionId });
    } catch (err) {
      // The session is revoked anyway, and the bus announces it once it is reachable again.
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
