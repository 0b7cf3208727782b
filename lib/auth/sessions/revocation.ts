// Owns revoking sessions: in the store, in this process, and by announcement on the other instances.

import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import type { Session, SessionStore } from "../../store/store.ts";
import type { RevokedSessions } from "./revoked.ts";

/** Announces a revoked session to all instances, so that they refuse its access tokens and close its sockets. */
export type AnnounceRevoked = (
  identity: { readonly userId: string; readonly sessionId: string },
) => Promise<void>;

export interface Revocation {
  revoke(session: Pick<Session, "id" | "userId">): Promise<void>;
  revokeAll(userId: string, options?: { except?: string }): Promise<void>;
  /** Revokes the sessions of the user except the `keep` that were opened last. */
  revokeOld(userId: string, options: { keep: number }): Promise<void>;
  /** For sessions that are revoked in the store already: refuses their tokens here and announces them. */
  publish(userId: string, sessionIds: readonly string[]): Promise<void>;
}

export interface RevocationOptions {
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly revoked: RevokedSessions;
  readonly announceRevoked: AnnounceRevoked;
}

/** At most this number of announcements of one user run at once. */
const announcedAtOnceMax = 20;

export function createRevocation(
  { store, clock, log, revoked, announceRevoked }: RevocationOptions,
): Revocation {
  async function announce(userId: string, sessionId: string): Promise<void> {
    try {
      await announceRevoked({ userId, sessionId });
    } catch (err) {
      // The session is revoked in the store, and the bus sends the announcement again once it can.
      log.error({ err, sessionId }, "A revoked session could not be announced");
    }
  }

  async function publish(userId: string, sessionIds: readonly string[]): Promise<void> {
    for (const id of sessionIds) revoked.add(id);
    for (let start = 0; start < sessionIds.length; start += announcedAtOnceMax) {
      const batch = sessionIds.slice(start, start + announcedAtOnceMax);
      await Promise.all(batch.map((id) => announce(userId, id)));
    }
  }

  return {
    async revoke({ id, userId }) {
      await store.revokeSession(id, clock.now());
      await publish(userId, [id]);
    },
    async revokeAll(userId, options = {}) {
      await publish(userId, await store.revokeSessions(userId, { at: clock.now(), ...options }));
    },
    async revokeOld(userId, { keep }) {
      await publish(userId, await store.revokeOldSessions(userId, { at: clock.now(), keep }));
    },
    publish,
  };
}
