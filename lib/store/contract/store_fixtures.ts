// Owns sample users, lists and sessions for tests. Each has new ids, since tests may share one place.

import { v7 as uuidv7 } from "uuid";
import { parseTicker, type Ticker } from "../../quote.ts";
import { firstListName, type Watchlist } from "../../watchlist.ts";
import type { Rotation, Session, Store, User } from "../store.ts";

/** Texts that are not ids. A request may contain such texts. */
export const malformedIds = [
  "",
  "nobody",
  "first ",
  "-".repeat(36),
  `${uuidv7()}0`,
  "x".repeat(5_000),
];

export function someUser(username = `u${uuidv7().slice(-12)}`): User {
  return {
    id: uuidv7(),
    username,
    email: "someone@example.com",
    firstName: "Some",
    lastName: null,
    createdAt: 1_760_000_000_000,
  };
}

export function someList(tickers: readonly Ticker[] = []): Watchlist {
  return { id: uuidv7(), name: firstListName, version: 1, tickers };
}

export function someSession(overrides: Partial<Session> = {}): Session {
  const now = Date.now();
  return {
    id: uuidv7(),
    userId: uuidv7(),
    username: "someone",
    tokenHash: "hash-0",
    previousTokens: [],
    createdAt: now,
    rotatedAt: now,
    idleExpiresAt: now + 3_600_000,
    endsAt: now + 7_200_000,
    revokedAt: null,
    userAgent: null,
    ...overrides,
  };
}

export function rotationOf(session: Session, overrides: Partial<Rotation> = {}): Rotation {
  return {
    sessionId: session.id,
    from: session.tokenHash,
    to: "hash-1",
    at: session.rotatedAt + 1,
    idleExpiresAt: session.idleExpiresAt + 1,
    ...overrides,
  };
}

/** Puts a new user with one list into the store. */
export async function putUser(store: Store, tickers: readonly Ticker[] = []) {
  const user = someUser();
  const list = someList(tickers);
  await store.createUser({ user, passwordHash: "hash", list });
  return { user, list };
}

export function ticker(text: string): Ticker {
  const parsed = parseTicker(text);
  if (!parsed) throw new TypeError(`Not a ticker: "${text}"`);
  return parsed;
}

/** T0, T1, ... */
export function someTickers(count: number): Ticker[] {
  return Array.from({ length: count }, (_, index) => ticker(`T${index}`));
}
