import assert from "node:assert/strict";
import {
  caller,
  createAuthFixture,
  registered,
  registration,
  signInAgain,
} from "./auth_fixtures.ts";

const right = "correct horse";
const chosen = "battery staple";
const invalid = { kind: "invalid_credentials" };

async function createFixture() {
  const fixture = await createAuthFixture();
  const here = await registered(fixture);
  const elsewhere = await signInAgain(fixture);
  return { ...fixture, here, elsewhere, identity: here.identity };
}

Deno.test("a new password replaces the old one and ends all sessions except the present one", async () => {
  const fixture = await createFixture();
  const { auth, identity, here, elsewhere, announced } = fixture;
  const change = { identity, oldPassword: right, newPassword: chosen };
  assert.deepEqual(await auth.changePassword(change, caller), { kind: "ok" });

  const signIn = (password: string) => auth.signIn({ username: "someone", password }, caller);
  assert.deepEqual(await signIn(right), invalid);
  assert.equal((await signIn(chosen)).kind, "ok");
  const { userId, sessionId } = elsewhere.identity;
  assert.deepEqual(announced, [{ userId, sessionId }]);
  assert.equal(await auth.verifyAccess(elsewhere.tokens.accessToken), undefined);
  assert.deepEqual(await auth.refresh(elsewhere.tokens.refreshToken), { kind: "invalid_token" });
  assert.ok(await auth.verifyAccess(here.tokens.accessToken));
  assert.equal((await auth.refresh(here.tokens.refreshToken)).kind, "ok");
});

Deno.test("a password change ends the other sessions, even if the store fails right after the change", async () => {
  const { auth, store, identity, here, elsewhere } = await createFixture();
  const { changePassword, revokeSessions } = store;
  store.changePassword = (userId, change) => {
    store.revokeSessions = () => Promise.reject(new Error("The store failed"));
    return changePassword(userId, change);
  };
  const change = { identity, oldPassword: right, newPassword: chosen };
  await assert.rejects(auth.changePassword(change, caller));
  store.revokeSessions = revokeSessions;
  assert.deepEqual(await auth.refresh(elsewhere.tokens.refreshToken), { kind: "invalid_token" });
  assert.equal((await auth.refresh(here.tokens.refreshToken)).kind, "ok");
});

Deno.test("a wrong password changes nothing and is throttled as at a sign-in", async () => {
  const { auth, identity, elsewhere } = await createFixture();
  const change = { identity, oldPassword: "wrong", newPassword: chosen };
  for (let failures = 0; failures < 5; failures++) {
    assert.deepEqual(await auth.changePassword(change, caller), invalid);
    assert.deepEqual(await auth.deleteAccount({ identity, password: "wrong" }, caller), invalid);
  }
  const outcome = await auth.changePassword({ ...change, oldPassword: right }, caller);
  assert.equal(outcome.kind, "rate_limited");
  assert.equal(
    (await auth.deleteAccount({ identity, password: right }, caller)).kind,
    "rate_limited",
  );
  const signedIn = await auth.signIn({ username: "someone", password: right }, caller);
  assert.equal(signedIn.kind, "rate_limited");
  assert.ok(await auth.verifyAccess(elsewhere.tokens.accessToken));
});

Deno.test("of two password changes at once, the slower one is refused, because its old password is not valid any more", async () => {
  const { auth, store, identity } = await createFixture();
  const { changePassword } = store;
  store.changePassword = async (userId, change) => {
    store.changePassword = changePassword;
    await changePassword(userId, { from: right, to: "the faster one" });
    return changePassword(userId, change);
  };
  const change = { identity, oldPassword: right, newPassword: chosen };
  assert.deepEqual(await auth.changePassword(change, caller), invalid);
  assert.equal((await store.credentials("someone"))?.passwordHash, "the faster one");
});

Deno.test("a full password queue changes nothing and does not count as a failure", async () => {
  const { auth, state, identity } = await createFixture();
  const change = { identity, oldPassword: right, newPassword: chosen };
  state.busy = true;
  for (let attempts = 0; attempts < 12; attempts++) {
    assert.deepEqual(await auth.changePassword(change, caller), { kind: "busy" });
    assert.deepEqual(await auth.deleteAccount({ identity, password: right }, caller), {
      kind: "busy",
    });
  }
  state.busy = false;
  assert.deepEqual(await auth.changePassword(change, caller), { kind: "ok" });
});

Deno.test("after a deletion the account's tokens are refused at once, and its name is free", async () => {
  const fixture = await createFixture();
  const { auth, identity, here, elsewhere, announced } = fixture;
  assert.deepEqual(await auth.deleteAccount({ identity, password: right }, caller), { kind: "ok" });
  assert.equal(announced.length, 2);
  for (const each of [auth, await fixture.restart()]) {
    for (const { tokens } of [here, elsewhere]) {
      assert.equal(await each.verifyAccess(tokens.accessToken), undefined);
      assert.deepEqual(await each.refresh(tokens.refreshToken), { kind: "invalid_token" });
    }
  }
  const signedIn = await auth.signIn({ username: "someone", password: right }, caller);
  assert.deepEqual(signedIn, invalid);
  assert.equal((await auth.register(registration("someone"), caller)).kind, "ok");
});

Deno.test("a deletion that the store did not complete leaves no valid token", async () => {
  const { auth, store, identity, here, elsewhere } = await createFixture();
  const { deleteUser } = store;
  store.deleteUser = async (userId, at) => {
    await store.revokeSessions(userId, { at });
    throw new Error("The store failed");
  };
  await assert.rejects(auth.deleteAccount({ identity, password: right }, caller));
  store.deleteUser = deleteUser;
  for (const { tokens } of [here, elsewhere]) {
    assert.equal(await auth.verifyAccess(tokens.accessToken), undefined);
  }
});

Deno.test("a session that is opened during the deletion of the account is revoked too", async () => {
  const { auth, store, sessions, identity } = await createFixture();
  const [template] = sessions.values();
  const { deleteUser } = store;
  store.deleteUser = async (userId, at) => {
    const ended = await deleteUser(userId, at);
    await store.createSession({ ...template!, id: "late" });
    return ended;
  };
  await auth.deleteAccount({ identity, password: right }, caller);
  assert.notEqual(sessions.get("late")?.revokedAt, null);
});

Deno.test("a token of a deleted account cannot change a new account with the same name", async () => {
  const { auth, identity } = await createFixture();
  await auth.deleteAccount({ identity, password: right }, caller);
  const next = await registered({ auth });
  const change = { identity, oldPassword: right, newPassword: chosen };
  assert.deepEqual(await auth.changePassword(change, caller), invalid);
  assert.deepEqual(await auth.deleteAccount({ identity, password: right }, caller), invalid);
  assert.ok(await auth.verifyAccess(next.tokens.accessToken));
});

Deno.test("a weak new password changes nothing, and is refused before any hashing", async () => {
  const { auth, identity, verified, state } = await createFixture();
  const before = { verified: verified.length, hashed: state.hashed };
  const weak = { short: "too_short", password: "too_common", "someone!": "too_personal" };
  for (const [newPassword, fault] of Object.entries(weak)) {
    const outcome = await auth.changePassword(
      { identity, oldPassword: right, newPassword },
      caller,
    );
    assert.deepEqual(outcome, { kind: "weak_password", fault });
  }
  assert.deepEqual({ verified: verified.length, hashed: state.hashed }, before);
  const signedIn = await auth.signIn({ username: "someone", password: right }, caller);
  assert.equal(signedIn.kind, "ok");
});
