// Owns the export of an account: all data that the service stores about a user, without secrets.

import type { Clock } from "../clock.ts";
import { Problem } from "../errors.ts";
import type { Identity } from "../identity.ts";
import type { ListStore, UserStore } from "../store/store.ts";
import type { Auth, OpenSession } from "./auth.ts";

/** Contains no hashes, no tokens and no session ids. Times are in ISO 8601. */
export async function exportAccount(
  identity: Identity,
  { auth, store, clock }: {
    auth: Pick<Auth, "sessionsOf">;
    store: Pick<UserStore & ListStore, "user" | "lists">;
    clock: Clock;
  },
) {
  const { userId } = identity;
  const user = await store.user(userId);
  if (!user) throw new Problem("invalid_token");
  const { username, email, firstName, lastName, createdAt } = user;
  const [lists, sessions] = await Promise.all([store.lists(userId), auth.sessionsOf(userId)]);
  return {
    exportedAt: isoTime(clock.now()),
    user: { username, email, firstName, lastName, createdAt: isoTime(createdAt) },
    watchlists: lists.map(({ name, tickers }) => ({ name, tickers: [...tickers] })),
    sessions: sessions.map((session) => describeSession(session, identity)),
  };
}

/** The header that makes a browser save the export as a file. A username contains no character that must be escaped. */
export function exportDisposition({ username }: Identity): string {
  return `attachment; filename="quoteboard-${username}.json"`;
}

/** The part of a session that its user may see. */
export function describeSession(
  { id, createdAt, lastUsedAt, userAgent }: OpenSession,
  present: Identity,
) {
  return {
    createdAt: isoTime(createdAt),
    lastUsedAt: isoTime(lastUsedAt),
    userAgent,
    current: id === present.sessionId,
  };
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
