// Owns the contract of the store for sessions. store_contract.ts registers it.

import assert from "node:assert/strict";
import { v7 as uuidv7 } from "uuid";
import { type Session, sessionsMax } from "../store.ts";
import type { StoreTest } from "./store_place.ts";
import { malformedIds, putUser, rotationOf, someSession } from "./store_fixtures.ts";

export function testSessionContract(test: StoreTest): void {
  testOneSession(test);
  testSessionsOfUser(test);
  testSignIns(test);
}

function testOneSession(test: StoreTest): void {
  test("a session is read as it was created, also after a restart", async (store, reopen) => {
    const session = someSession({ userAgent: "Browser/1.0" });
    await store.createSession(session);
    assert.deepEqual(await store.session(session.id), session);
    assert.deepEqual(await (await reopen()).session(session.id), session);
  });

  test("an unknown session is not found", async (store) => {
    const session = someSession();
    assert.equal(await store.session(session.id), undefined);
    assert.equal(await store.rotateSession(rotationOf(session)), undefined);
    assert.equal(await store.revokeSession(session.id, Date.now()), false);
  });

  test("a session id that is not a UUID is unknown", async (store) => {
    for (const id of malformedIds) {
      assert.equal(await store.session(id), undefined);
      const rotation = rotationOf(someSession(), { sessionId: id });
      assert.equal(await store.rotateSession(rotation), undefined);
      assert.equal(await store.revokeSession(id, Date.now()), false);
    }
  });

  test("a session id is used once", async (store) => {
    const session = someSession();
    await store.createSession(session);
    await assert.rejects(store.createSession({ ...session, username: "other" }));
    assert.deepEqual(await store.session(session.id), session);
  });

  test("a rotation replaces the present token by the next one", async (store, reopen) => {
    const session = someSession();
    await store.createSession(session);
    const at = session.rotatedAt + 5_000;
    const next = {
      ...session,
      tokenHash: "hash-1",
      previousTokens: [{ hash: "hash-0", rotatedAt: at }],
      rotatedAt: at,
      idleExpiresAt: at + 100_000,
    };
    const rotation = rotationOf(session, { at, idleExpiresAt: next.idleExpiresAt });
    assert.deepEqual(await store.rotateSession(rotation), next);
    assert.deepEqual(await (await reopen()).session(session.id), next);
  });

  test("a rotation does not extend a session past its end", async (store) => {
    const session = someSession();
    await store.createSession(session);
    const rotation = rotationOf(session, { idleExpiresAt: session.endsAt + 1 });
    assert.equal((await store.rotateSession(rotation))?.idleExpiresAt, session.endsAt);
  });

  test("the last four previous tokens are kept, the newest first", async (store) => {
    let session = someSession();
    await store.createSession(session);
    for (let count = 1; count <= 6; count++) {
      session = (await store.rotateSession(rotationOf(session, { to: `hash-${count}` })))!;
      assert.equal(session.tokenHash, `hash-${count}`);
    }
    const kept = session.previousTokens.map(({ hash }) => hash);
    assert.deepEqual(kept, ["hash-5", "hash-4", "hash-3", "hash-2"]);
    assert.deepEqual(await store.session(session.id), session);
  });

  test("of 10 concurrent rotations of one token, one is done and all return its result", async (store) => {
    const session = someSession();
    await store.createSession(session);
    const outcomes = await Promise.all(
      Array.from(
        { length: 10 },
        (_, index) => store.rotateSession(rotationOf(session, { to: `hash-1-${index}` })),
      ),
    );
    const kept = await store.session(session.id);
    assert.deepEqual(kept?.previousTokens.map(({ hash }) => hash), ["hash-0"]);
    for (const outcome of outcomes) assert.deepEqual(outcome, kept);
  });

  test("a token that is not the present one rotates nothing", async (store) => {
    const session = someSession();
    await store.createSession(session);
    const next = await store.rotateSession(rotationOf(session));
    for (const from of ["hash-0", "another"]) {
      const again = rotationOf(session, { from, to: "hash-2" });
      assert.deepEqual(await store.rotateSession(again), next);
    }
    assert.deepEqual(await store.session(session.id), next);
  });

  test("a session that has ended does not rotate", async (store) => {
    const at = Date.now();
    for (const over of [{ idleExpiresAt: at + 900 }, { endsAt: at + 900 }]) {
      const session = someSession(over);
      await store.createSession(session);
      const rotation = rotationOf(session, { at: at + 900, idleExpiresAt: at + 9_000 });
      assert.deepEqual(await store.rotateSession(rotation), session);
      assert.deepEqual(await store.session(session.id), session);
    }
  });

  test("a session is revoked once, keeps the time of the revocation and does not rotate", async (store) => {
    const session = someSession();
    await store.createSession(session);
    const at = Date.now();
    assert.equal(await store.revokeSession(session.id, at), true);
    assert.equal(await store.revokeSession(session.id, at + 1), false);
    const revoked = { ...session, revokedAt: at };
    assert.deepEqual(await store.rotateSession(rotationOf(session)), revoked);
    assert.deepEqual(await store.session(session.id), revoked);
  });

  test("of 10 concurrent revocations, one returns that the session was live", async (store) => {
    const session = someSession();
    await store.createSession(session);
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => store.revokeSession(session.id, Date.now())),
    );
    assert.equal(outcomes.filter(Boolean).length, 1);
  });

  test("a concurrent rotation and revocation leave the session revoked", async (store) => {
    const session = someSession();
    await store.createSession(session);
    const [revoked] = await Promise.all([
      store.revokeSession(session.id, Date.now()),
      store.rotateSession(rotationOf(session)),
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
    "the live sessions of a user are listed, the last opened first, also after a restart",
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
      const next = await store.rotateSession(rotationOf(first));
      assert.deepEqual(await (await reopen()).sessionsOf(userId, now + 500), [second, next]);
    },
  );

  test("of many sessions, the last opened are listed and all are revoked", async (store) => {
    const userId = uuidv7();
    const ids = Array.from({ length: sessionsMax + 20 }, () => uuidv7());
    for (const id of ids) await store.createSession(someSession({ id, userId }));
    const listed = (await store.sessionsOf(userId, Date.now())).map(({ id }) => id);
    assert.deepEqual(listed, ids.toReversed().slice(0, sessionsMax));
    const revoked = await store.revokeSessions(userId, { at: Date.now() });
    assert.deepEqual(revoked.sort(), ids);
    assert.deepEqual(await store.sessionsOf(userId, Date.now()), []);
  });

  test(
    "all sessions of a user except one are revoked, those of other users are not",
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

  test("a rotation during a revocation of all sessions leaves none live", async (store) => {
    const session = someSession();
    await store.createSession(session);
    await Promise.all([
      store.rotateSession(rotationOf(session)),
      store.revokeSessions(session.userId, { at: Date.now() }),
    ]);
    assert.deepEqual(await store.sessionsOf(session.userId, Date.now()), []);
  });

  test("a user id that is not a UUID has no sessions", async (store) => {
    for (const id of malformedIds) {
      assert.deepEqual(await store.sessionsOf(id, Date.now()), []);
      assert.deepEqual(await store.revokeSessions(id, { at: Date.now() }), []);
    }
  });
}

function testSignIns(test: StoreTest): void {
  test("a session opens only if the user still has the checked password", async (store) => {
    const { user: { id: userId } } = await putUser(store);
    const [proven, late, nobodys] = [
      someSession({ userId }),
      someSession({ userId }),
      someSession(),
    ];
    assert.equal(await store.createSession(proven, { ifPasswordHash: "hash" }), true);
    await store.changePassword(userId, { from: "hash", to: "new" });
    assert.equal(await store.createSession(late, { ifPasswordHash: "hash" }), false);
    assert.equal(await store.createSession(nobodys, { ifPasswordHash: "hash" }), false);
    assert.deepEqual(await store.session(proven.id), proven);
    for (const { id } of [late, nobodys]) assert.equal(await store.session(id), undefined);
  });

  test("sign-ins during a change of the password leave no session of the old one", async (store) => {
    const { user: { id: userId } } = await putUser(store);
    for (let round = 0; round < 10; round++) {
      const [from, to] = [round === 0 ? "hash" : `hash-${round}`, `hash-${round + 1}`];
      await Promise.all([
        ...Array.from(
          { length: 5 },
          () => store.createSession(someSession({ userId }), { ifPasswordHash: from }),
        ),
        store.changePassword(userId, { from, to })
          .then(() => store.revokeSessions(userId, { at: Date.now() })),
      ]);
      assert.deepEqual(await store.sessionsOf(userId, Date.now()), []);
    }
  });

  test("sign-ins during the deletion of the user leave no session", async (store) => {
    for (let round = 0; round < 10; round++) {
      const { user: { id: userId } } = await putUser(store);
      await Promise.all([
        ...Array.from(
          { length: 5 },
          () => store.createSession(someSession({ userId }), { ifPasswordHash: "hash" }),
        ),
        store.deleteUser(userId, Date.now())
          .then(() => store.revokeSessions(userId, { at: Date.now() })),
      ]);
      assert.deepEqual(await store.sessionsOf(userId, Date.now()), []);
    }
  });
}
