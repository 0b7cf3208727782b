// Owns the contract of the store for a user with many sessions. store_contract.ts registers it.

import assert from "node:assert/strict";
import { v7 as uuidv7 } from "uuid";
import { type Session, sessionsMax, type Store } from "../store.ts";
import type { StoreTest } from "./store_place.ts";
import { malformedIds, someSession } from "./store_fixtures.ts";

export function testSessionBoundContract(test: StoreTest): void {
  test(
    "of the sessions past the bound, those opened first end, and their ids are returned once",
    async (store, reopen) => {
      const userId = uuidv7();
      const other = await opened(store, { userId: uuidv7() });
      const sessions = await openedMany(store, userId, sessionsMax);
      const at = Date.now();
      assert.deepEqual(await store.revokeOldSessions(userId, { at, keep: sessionsMax }), []);
      const newest = await openedMany(store, userId, 2);
      const outcomes = await Promise.all(
        Array.from({ length: 5 }, () => store.revokeOldSessions(userId, { at, keep: sessionsMax })),
      );
      const [first, second, ...live] = [...sessions, ...newest];
      assert.deepEqual(outcomes.flat().sort(), [first!.id, second!.id]);
      const reopened = await reopen();
      assert.equal((await reopened.session(first!.id))?.revokedAt, at);
      assert.deepEqual(await reopened.sessionsOf(userId, at), live.toReversed());
      assert.deepEqual(await reopened.session(other.id), other);
      const known = await reopened.revokedSessions(at);
      assert.deepEqual([first!.id, second!.id].filter((id) => !known.includes(id)), []);
    },
  );

  test("revoked sessions do not count against the bound", async (store) => {
    const userId = uuidv7();
    const sessions = await openedMany(store, userId, 5);
    const at = Date.now();
    for (const { id } of sessions.slice(2, 4)) await store.revokeSession(id, at);
    assert.deepEqual(await store.revokeOldSessions(userId, { at, keep: 3 }), []);
    assert.deepEqual(await store.revokeOldSessions(userId, { at, keep: 2 }), [sessions[0]!.id]);
  });

  test("a user with more sessions than one step ends has none left after all were revoked", async (store) => {
    const userId = uuidv7();
    const [kept, ...sessions] = await openedMany(store, userId, 1_201);
    const at = Date.now();
    const revoked = await store.revokeSessions(userId, { at, except: kept!.id });
    assert.deepEqual(revoked.sort(), sessions.map(({ id }) => id));
    assert.deepEqual(await store.sessionsOf(userId, at), [kept]);
  });

  test("a user id that is not a UUID has no old sessions", async (store) => {
    for (const id of malformedIds) {
      assert.deepEqual(await store.revokeOldSessions(id, { at: Date.now(), keep: 0 }), []);
    }
  });
}

async function opened(store: Store, over: Partial<Session>): Promise<Session> {
  const session = someSession(over);
  await store.createSession(session);
  return session;
}

/** In the order of their opening. */
async function openedMany(store: Store, userId: string, count: number): Promise<Session[]> {
  const sessions = Array.from({ length: count }, () => someSession({ userId }));
  await Promise.all(sessions.map((session) => store.createSession(session)));
  return sessions;
}
