// Owns when a session is live and what becomes of it in a rotation, for stores that compute it here.

import { previousTokensMax, type Rotation, type Session } from "./store.ts";

export function isLive(
  { revokedAt, idleExpiresAt, endsAt }: Pick<Session, "revokedAt" | "idleExpiresAt" | "endsAt">,
  at: number,
): boolean {
  return revokedAt === null && at < Math.min(idleExpiresAt, endsAt);
}

/** Undefined: it is not live, or its present token is another one. */
export function rotated(
  session: Session,
  { from, to, at, idleExpiresAt }: Rotation,
): Session | undefined {
  if (session.tokenHash !== from || !isLive(session, at)) return undefined;
  const previous = [{ hash: from, rotatedAt: at }, ...session.previousTokens];
  return {
    ...session,
    tokenHash: to,
    previousTokens: previous.slice(0, previousTokensMax),
    rotatedAt: at,
    idleExpiresAt: Math.min(idleExpiresAt, session.endsAt),
  };
}
