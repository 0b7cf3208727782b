// Owns the rotation of a session as a pure function. Postgres rotates in SQL.

import { isLive, previousTokensMax, type Rotation, type Session } from "../store.ts";

/** Undefined: the session is not live, or its present token is not `from`. */
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
