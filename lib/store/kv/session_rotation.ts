// Owns what becomes of a session in a rotation, for stores that compute it here.

import { isLive, previousTokensMax, type Rotation, type Session } from "../store.ts";

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
