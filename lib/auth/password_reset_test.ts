import assert from "node:assert/strict";
import { createClock } from "../clock.ts";
import { caller, createAuthFixture, registered, usernameOf } from "./auth_fixtures.ts";
import { issueResetToken } from "./password_reset.ts";

const invalid = { kind: "invalid_reset" };
const password = "battery staple";

async function createFixture() {
  const fixture = await createAuthFixture();
  const signedIn = await registered(fixture);
  const clock = createClock(fixture.timers);
  const issue = (username = "someone") =>
    issueResetToken(usernameOf(username), { store: fixture.store, clock });
  return { ...fixture, ...signedIn, issue };
}

Deno.test("a reset link identifies its user, sets a new password once, and ends all sessions", async () => {
  const { auth, issue, user, tokens, announced } = await createFixture();
  const token = await issue(" SomeOne ");
  assert.ok(token);
  assert.deepEqual(await auth.resetHolder(token), user);
  assert.deepEqual(await auth.resetPassword({ token, password }, caller), { kind: "ok" });

  assert.equal(await auth.verifyAccess(tokens.accessToken), undefined);
  assert.equal(announced.length, 1);
  assert.equal((await auth.signIn({ username: "someone", password }, caller)).kind, "ok");
  assert.equal(await auth.resetHolder(token), undefined);
  assert.deepEqual(await auth.resetPassword({ token, password: "one more time" }, caller), invalid);
  assert.equal((await auth.signIn({ username: "someone", password }, caller)).kind, "ok");
});

Deno.test("a reset ends all sessions, even if the store fails right after the new password is stored", async () => {
  const { auth, store, issue, tokens } = await createFixture();
  const token = (await issue())!;
  const { resetPassword, revokeSessions } = store;
  store.resetPassword = (ticket, options) => {
    store.revokeSessions = () => Promise.reject(new Error("The store failed"));
    return resetPassword(ticket, options);
  };
  await assert.rejects(auth.resetPassword({ token, password }, caller));
  store.revokeSessions = revokeSessions;
  assert.deepEqual(await auth.refresh(tokens.refreshToken), { kind: "invalid_token" });
});

Deno.test("a reset link is valid for an hour", async () => {
  const { auth, issue, timers } = await createFixture();
  const token = await issue() ?? "";
  timers.tick(3_599_999);
  assert.ok(await auth.resetHolder(token));
  timers.tick(1);
  assert.equal(await auth.resetHolder(token), undefined);
  assert.deepEqual(await auth.resetPassword({ token, password }, caller), invalid);
});

Deno.test("a link becomes invalid when a newer one is created or the password is changed", async () => {
  const { auth, issue, identity } = await createFixture();
  const [older = "", newer = ""] = [await issue(), await issue()];
  assert.equal(await auth.resetHolder(older), undefined);
  assert.ok(await auth.resetHolder(newer));
  const change = { identity, oldPassword: "correct horse", newPassword: password };
  await auth.changePassword(change, caller);
  assert.equal(await auth.resetHolder(newer), undefined);
});

Deno.test("an invented token is refused without hashing, and of two uses at once one succeeds", async () => {
  const { auth, issue, state, user } = await createFixture();
  const token = await issue() ?? "";
  const hashedBefore = state.hashed;
  const invented = [
    "",
    "nonsense",
    `${user.id}.${"A".repeat(43)}`,
    `${token}x`,
    token.slice(0, -1),
  ];
  for (const each of invented) {
    assert.equal(await auth.resetHolder(each), undefined);
    assert.deepEqual(await auth.resetPassword({ token: each, password }, caller), invalid);
  }
  assert.equal(state.hashed, hashedBefore);
  const uses = await Promise.all([1, 2].map(() => auth.resetPassword({ token, password }, caller)));
  assert.deepEqual(uses.map(({ kind }) => kind).sort(), ["invalid_reset", "ok"]);
});

Deno.test("a link stays valid if the password queue was full", async () => {
  const { auth, issue, state } = await createFixture();
  const token = await issue() ?? "";
  state.busy = true;
  assert.deepEqual(await auth.resetPassword({ token, password }, caller), { kind: "busy" });
  state.busy = false;
  assert.deepEqual(await auth.resetPassword({ token, password }, caller), { kind: "ok" });
});

Deno.test("an unknown user gets no link; a link contains 256 random bits, and the store keeps only their hash", async () => {
  const { issue, store } = await createFixture();
  assert.equal(await issue("nobody"), undefined);
  const tickets: unknown[] = [];
  const { putResetTicket } = store;
  store.putResetTicket = (ticket) => {
    tickets.push(ticket);
    return putResetTicket(ticket);
  };
  const secrets = (await Promise.all([issue(), issue()])).map((token) =>
    token?.split(".")[1] ?? ""
  );
  assert.notEqual(secrets[0], secrets[1]);
  for (const secret of secrets) {
    assert.equal(Uint8Array.fromBase64(secret, { alphabet: "base64url" }).length, 32);
    assert.ok(!JSON.stringify(tickets).includes(secret));
  }
});

Deno.test("a weak password is refused, and the link stays valid", async () => {
  const { auth, issue, state } = await createFixture();
  const token = await issue() ?? "";
  const hashedBefore = state.hashed;
  const outcome = await auth.resetPassword({ token, password: "SomeOne1234" }, caller);
  assert.deepEqual(outcome, { kind: "weak_password", fault: "too_personal" });
  assert.equal(state.hashed, hashedBefore);
  assert.deepEqual(await auth.resetPassword({ token, password }, caller), { kind: "ok" });
});
