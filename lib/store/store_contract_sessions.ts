// Owns what every store promises about sessions. Registered by store_contract.ts.

import assert from "node:assert/strict";
import { v7 as uuidv7 } from "uuid";
import { type Session, sessionsListedMax } from "./store.ts";
import type { StoreTest } from "./store_contract.ts";
import { formlessIds, someSession } from "./store_fixtures.ts";

export function testSessionContract(test: StoreTest): void {
  testOneSession(test);
  testSessionsOfUser(test);
}

function testOneSession(test: StoreTest): void {
  test("a session comes back as it was, also after a restart", async (store, reopen) => {
    const session = someSession({ userAgent: "Browser/1.0" });
    await store.createSession(session);
    assert.deepEqual(await store.session(session.id), session);
    assert.deepEqual(await (await reopen()).session(session.id), session);
  });

  test("knows nothing of a session nobody opened", async (store) => {
    const session = someSession();
    assert.equal(await store.session(session.id), undefined);
    assert.equal(await store.rotateSession(session, { expectedTokenHash: "hash-0" }), false);
    assert.equal(await store.revokeSession(session.id, Date.now()), false);
  });

  test("a session id of another form than ours is an unknown one", async (store) => {
    for (const id of formlessIds) {
      assert.equal(await store.session(id), undefined);
      assert.equal(await store.revokeSession(id, Date.now()), false);
    }
  });

  test("a session id is used once", async (store) => {
    const session = someSession();
    await store.createSession(session);
    await assert.rejects(store.createSession({ ...session, username: "other" }));
    assert.deepEqual(await store.session(session.id), session);
  });

  test("of 10 rotations of one token at once, one succeeds", async (store) => {
    const session = someSession();
    await store.createSession(session);
    const nexts = Array.from({ length: 10 }, (_, index) => rotated(session, `hash-1-${index}`));
    const outcomes = await Promise.all(
      nexts.map((next) => store.rotateSession(next, { expectedTokenHash: session.tokenHash })),
    );
    assert.equal(outcomes.filter(Boolean).length, 1);
    assert.deepEqual(await store.session(session.id), nexts[outcomes.indexOf(true)]);
  });

  test("a token that is no longer the present one rotates nothing", async (store) => {
    const session = someSession();
    await store.createSession(session);
    const next = rotated(session, "hash-1");
    assert.equal(await store.rotateSession(next, { expectedTokenHash: "hash-0" }), true);
    const again = rotated(next, "hash-2");
    assert.equal(await store.rotateSession(again, { expectedTokenHash: "hash-0" }), false);
    assert.deepEqual(await store.session(session.id), next);
  });

  test("a session is revoked once, keeps the time of it and rotates no more", async (store) => {
    const session = someSession();
    await store.createSession(session);
    const at = Date.now();
    assert.equal(await store.revokeSession(session.id, at), true);
    assert.equal(await store.revokeSession(session.id, at + 1), false);
    const next = rotated(session, "hash-1");
    assert.equal(await store.rotateSession(next, { expectedTokenHash: "hash-0" }), false);
    assert.deepEqual(await store.session(session.id), { ...session, revokedAt: at });
  });

  test("of 10 revocations at once, one was of a live session", async (store) => {
    const session = someSession();
    await store.createSession(session);
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => store.revokeSession(session.id, Date.now())),
    );
    assert.equal(outcomes.filter(Boolean).length, 1);
  });

  test("a rotation and a revocation at once leave the session revoked", async (store) => {
    const session = someSession();
    await store.createSession(session);
    const [revoked] = await Promise.all([
      store.revokeSession(session.id, Date.now()),
      store.rotateSession(rotated(session, "hash-1"), { expectedTokenHash: "hash-0" }),
    ]);
    assert.equal(revoked, true);
    assert.notEqual((await store.session(session.id))?.revokedAt, null);
  });

  test("the sessions revoked since a time are known after a restart", async (store, reopen) => {
    const at = Date.now();
    const ids = { early: uuidv7(), onTime: uuidv7(), late: uuidv7(), live: uuidv7() };
    for (const id of Object.values(ids)) await store.createSession(someSession({ id }));
    await store.revokeSession(ids.early, at - 1);
    await store.revokeSession(ids.onTime, at);
    await store.revokeSession(ids.late, at + 1);
    const revoked = await (await reopen()).revokedSessions(at);
    const ours = Object.values(ids).filter((id) => revoked.includes(id));
    assert.deepEqual(ours.sort(), [ids.onTime, ids.late].sort());
  });
}

function testSessionsOfUser(test: StoreTest): void {
  test(
    "a user's live sessions are listed, the latest opened first, also after a restart",
    async (store, reopen) => {
      const userId = uuidv7();
      const now = Date.now();
      const open = async (overrides: Partial<Session> = {}) => {
        const session = someSession({ userId, ...overrides });
        await store.createSession(session);
        return session;
      };
      const [first, second] = [await open(), await open()];
      await open({ idleExpiresAt: now + 500 });
      await open({ endsAt: now + 500 });
      const revoked = await open();
      await store.revokeSession(revoked.id, now);
      await store.createSession(someSession());
      const next = rotated(first, "hash-1");
      await store.rotateSession(next, { expectedTokenHash: first.tokenHash });
      assert.deepEqual(await (await reopen()).sessionsOf(userId, now + 500), [second, next]);
    },
  );

  test("of very many sessions the latest are listed, and all are revoked", async (store) => {
    const userId = uuidv7();
    const ids = Array.from({ length: sessionsListedMax + 20 }, () => uuidv7());
    for (const id of ids) await store.createSession(someSession({ id, userId }));
    const listed = (await store.sessionsOf(userId, Date.now())).map(({ id }) => id);
    assert.deepEqual(listed, ids.toReversed().slice(0, sessionsListedMax));
    const revoked = await store.revokeSessions(userId, { at: Date.now() });
    assert.deepEqual(revoked.sort(), ids);
    assert.deepEqual(await store.sessionsOf(userId, Date.now()), []);
  });

  test(
    "all sessions of a user but one are revoked, others' are left alone",
    async (store, reopen) => {
      const userId = uuidv7();
      const at = Date.now();
      const [kept, one, two, ended] = [1, 2, 3, 4].map(() => someSession({ userId }));
      const other = someSession();
      for (const session of [kept!, one!, two!, ended!, other]) await store.createSession(session);
      await store.revokeSession(ended!.id, at - 1);
      const revoked = await store.revokeSessions(userId, { at, except: kept!.id });
      assert.deepEqual(revoked.sort(), [one!.id, two!.id]);
      assert.deepEqual(await store.revokeSessions(userId, { at, except: kept!.id }), []);
      const reopened = await reopen();
      assert.deepEqual(await reopened.sessionsOf(userId, at), [kept]);
      assert.deepEqual(await reopened.session(other.id), other);
      assert.equal((await reopened.session(one!.id))?.revokedAt, at);
      assert.equal((await reopened.session(ended!.id))?.revokedAt, at - 1);
      const known = await reopened.revokedSessions(at);
      assert.deepEqual([one!.id, two!.id].filter((id) => !known.includes(id)), []);
    },
  );

  test("a rotation while all sessions are revoked leaves none live", async (store) => {
    const session = someSession();
    await store.createSession(session);
    await Promise.all([
      store.rotateSession(rotated(session, "hash-1"), { expectedTokenHash: "hash-0" }),
      store.revokeSessions(session.userId, { at: Date.now() }),
    ]);
    assert.deepEqual(await store.sessionsOf(session.userId, Date.now()), []);
  });

  test("a user id of another form than ours has no sessions", async (store) => {
    for (const id of formlessIds) {
      assert.deepEqual(await store.sessionsOf(id, Date.now()), []);
      assert.deepEqual(await store.revokeSessions(id, { at: Date.now() }), []);
    }
  });
}

function rotated(session: Session, tokenHash: string): Session {
  return { ...session, tokenHash, previousTokens: [{ hash: session.tokenHash, rotatedAt: 5 }] };
}
