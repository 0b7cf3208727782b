import assert from "node:assert/strict";
import { callerAt } from "../../identity.ts";
import { createAuthFixture, registered, signInAgain } from "../auth_fixtures.ts";
import { hashOf } from "./tokens.ts";

const dayMs = 24 * 3_600_000;
const invalid = { kind: "invalid_token" };

Deno.test("a 101st sign-in ends the session that was opened first, on all instances, and no other", async () => {
  const fixture = await createFixtureSignedIn();
  const { auth, tokens, identity, announced } = fixture;
  const second = await signInAgain(fixture);
  for (let count = 3; count <= 100; count++) await signInAgain(fixture);
  assert.deepEqual(announced, []);
  const newest = await signInAgain(fixture);
  const { userId, sessionId } = identity;
  assert.deepEqual(announced, [{ userId, sessionId }]);
  assert.equal(await auth.verifyAccess(tokens.accessToken), undefined);
  assert.deepEqual(await auth.refresh(tokens.refreshToken), invalid);
  for (const { tokens, identity } of [second, newest]) {
    assert.deepEqual(await auth.verifyAccess(tokens.accessToken), identity);
  }
});

Deno.test("a refresh returns a new pair of tokens that replaces the old one", async () => {
  const fixture = await createFixtureSignedIn();
  const { auth, tokens, identity, timers } = fixture;
  timers.tick(600_000);
  const refreshed = await auth.refresh(tokens.refreshToken);
  assert.ok(refreshed.kind === "ok");
  assert.notEqual(refreshed.tokens.refreshToken, tokens.refreshToken);
  assert.equal(refreshed.tokens.expiresIn, 900);
  assert.deepEqual(refreshed.identity, { ...identity, expiresAt: identity.expiresAt + 600_000 });
  assert.deepEqual(await auth.verifyAccess(refreshed.tokens.accessToken), refreshed.identity);
});

Deno.test("tabs that send the same token within 10 s get the same pair", async () => {
  const { auth, tokens, timers } = await createFixtureSignedIn();
  timers.tick(60_500);
  const first = await auth.refresh(tokens.refreshToken);
  timers.tick(10_000);
  const second = await auth.refresh(tokens.refreshToken);
  assert.equal(first.kind, "ok");
  assert.deepEqual(second, first);
});

Deno.test("tabs that send the same token at once get the same pair, also from two instances", async () => {
  const fixture = await createFixtureSignedIn();
  const other = await fixture.restart();
  const outcomes = await Promise.all(
    [fixture.auth, other, fixture.auth, other].map((auth) =>
      auth.refresh(fixture.tokens.refreshToken)
    ),
  );
  assert.equal(outcomes[0]!.kind, "ok");
  for (const outcome of outcomes) assert.deepEqual(outcome, outcomes[0]);
});

Deno.test("a rotated token that is used again later revokes the session on all instances", async () => {
  const { auth, tokens, identity, timers, announced, sessions } = await createFixtureSignedIn();
  const refreshed = await auth.refresh(tokens.refreshToken);
  assert.ok(refreshed.kind === "ok");
  timers.tick(10_001);
  assert.deepEqual(await auth.refresh(tokens.refreshToken), invalid);
  const { userId, sessionId } = identity;
  assert.deepEqual(announced, [{ userId, sessionId }]);
  assert.equal(sessions.get(sessionId)?.revokedAt, timers.Date.now());
  assert.deepEqual(await auth.refresh(refreshed.tokens.refreshToken), invalid);
  assert.equal(await auth.verifyAccess(refreshed.tokens.accessToken), undefined);
  assert.deepEqual(await auth.refresh(tokens.refreshToken), invalid);
  assert.equal(announced.length, 1);
});

Deno.test("each rotated token can be used again for 10 s, even if the session is rotated again meanwhile", async () => {
  const { auth, tokens, timers, announced } = await createFixtureSignedIn();
  const first = await auth.refresh(tokens.refreshToken);
  assert.ok(first.kind === "ok");
  timers.tick(4_000);
  const second = await auth.refresh(first.tokens.refreshToken);
  assert.equal(second.kind, "ok");
  timers.tick(4_000);
  assert.deepEqual(await auth.refresh(tokens.refreshToken), first);
  assert.deepEqual(await auth.refresh(first.tokens.refreshToken), second);
  timers.tick(2_001);
  assert.deepEqual(await auth.refresh(tokens.refreshToken), invalid);
  assert.equal(announced.length, 1);
});

Deno.test("the store keeps at most four previous tokens of a session", async () => {
  const { auth, tokens, announced, identity, sessions } = await createFixtureSignedIn();
  let token = tokens.refreshToken;
  for (let rotation = 0; rotation < 6; rotation++) {
    const outcome = await auth.refresh(token);
    assert.ok(outcome.kind === "ok");
    token = outcome.tokens.refreshToken;
  }
  assert.equal(sessions.get(identity.sessionId)?.previousTokens.length, 4);
  assert.deepEqual(await auth.refresh(tokens.refreshToken), invalid);
  assert.equal(announced.length, 1);
});

Deno.test("a session ends after 30 days without a refresh", async () => {
  const { auth, tokens, timers, announced } = await createFixtureSignedIn();
  timers.tick(30 * dayMs - 1);
  const refreshed = await auth.refresh(tokens.refreshToken);
  assert.ok(refreshed.kind === "ok");
  timers.tick(30 * dayMs);
  assert.deepEqual(await auth.refresh(refreshed.tokens.refreshToken), invalid);
  assert.deepEqual(announced, []);
});

Deno.test("a session ends after 90 days, even if it is refreshed often", async () => {
  const fixture = await createFixtureSignedIn();
  let { refreshToken } = fixture.tokens;
  for (let days = 20; days < 90; days += 20) {
    fixture.timers.tick(20 * dayMs);
    const refreshed = await fixture.auth.refresh(refreshToken);
    assert.ok(refreshed.kind === "ok", `after ${days} days`);
    ({ refreshToken } = refreshed.tokens);
  }
  fixture.timers.tick(10 * dayMs);
  assert.deepEqual(await fixture.auth.refresh(refreshToken), invalid);
});

Deno.test("a refresh is refused if the user signs out meanwhile", async () => {
  const { auth, tokens, identity, store } = await createFixtureSignedIn();
  const { rotateSession } = store;
  store.rotateSession = async (rotation) => {
    await store.revokeSession(identity.sessionId, rotation.at);
    return rotateSession(rotation);
  };
  assert.deepEqual(await auth.refresh(tokens.refreshToken), invalid);
});

Deno.test("the store contains no refresh token, only its hash", async () => {
  const { auth, tokens, identity, sessions } = await createFixtureSignedIn();
  const refreshed = await auth.refresh(tokens.refreshToken);
  assert.ok(refreshed.kind === "ok");
  const stored = sessions.get(identity.sessionId);
  assert.equal(stored?.tokenHash, await hashOf(refreshed.tokens.refreshToken));
  assert.deepEqual(stored?.previousTokens.map(({ hash }) => hash), [
    await hashOf(tokens.refreshToken),
  ]);
  for (const { refreshToken } of [tokens, refreshed.tokens]) {
    const secret = refreshToken.split(".")[1] ?? "";
    assert.match(secret, /^[A-Za-z0-9_-]{43}$/);
    assert.ok(!JSON.stringify(stored).includes(secret));
  }
});

Deno.test("a malformed refresh token is refused without a read of the store", async () => {
  const { auth, tokens, reads } = await createFixtureSignedIn();
  const [id, secret] = tokens.refreshToken.split(".");
  const texts = [
    "",
    ".",
    "x",
    `${id}`,
    `${id}.`,
    `${id}.${secret}x`,
    `${id}.${secret} `,
    `.${secret}`,
  ];
  for (const text of [...texts, "x".repeat(1_000_000)]) {
    assert.deepEqual(await auth.refresh(text), invalid);
  }
  assert.equal(reads.sessions, 0);
});

Deno.test("a refresh token of an unknown session is refused", async () => {
  const { auth, tokens } = await createFixtureSignedIn();
  const unknown = tokens.refreshToken.replace(/^.{8}/, "00000000");
  assert.deepEqual(await auth.refresh(unknown), invalid);
});

Deno.test("after a sign-out the session's tokens are refused, also after a restart", async () => {
  const fixture = await createFixtureSignedIn();
  const { auth, tokens, identity, announced } = fixture;
  const socketToken = await auth.socketToken(identity);
  await auth.signOut(identity.sessionId);
  const { userId, sessionId } = identity;
  assert.deepEqual(announced, [{ userId, sessionId }]);
  for (const instance of [auth, await fixture.restart()]) {
    assert.equal(await instance.verifyAccess(tokens.accessToken), undefined);
    assert.equal(await instance.verifySocket(tokens.accessToken), undefined);
    assert.equal(await instance.verifySocket(socketToken), undefined);
    assert.deepEqual(await instance.refresh(tokens.refreshToken), invalid);
  }
});

Deno.test("an instance refuses a session that ended on another one, after an announcement or after a reload", async () => {
  const fixture = await createFixtureSignedIn();
  const [announcedTo, reloaded] = [await fixture.restart(), await fixture.restart()];
  await fixture.auth.signOut(fixture.identity.sessionId);
  const { accessToken } = fixture.tokens;
  assert.notEqual(await announcedTo.verifyAccess(accessToken), undefined);
  announcedTo.markRevoked(fixture.identity.sessionId);
  assert.equal(await announcedTo.verifyAccess(accessToken), undefined);
  await reloaded.reload();
  assert.equal(await reloaded.verifyAccess(accessToken), undefined);
});

Deno.test("if a sign-out cannot be announced, it is valid anyway and the error is logged", async () => {
  const fixture = await createAuthFixture({
    announceRevoked: () => Promise.reject(new Error("the bus is down")),
  });
  const { tokens, identity } = await registered(fixture);
  await fixture.auth.signOut(identity.sessionId);
  assert.equal(await fixture.auth.verifyAccess(tokens.accessToken), undefined);
  assert.deepEqual(await fixture.auth.refresh(tokens.refreshToken), invalid);
  assert.deepEqual(fixture.logged, ["A revoked session could not be announced"]);
});

Deno.test("a sign-out ends one session; the user's other sessions stay open", async () => {
  const fixture = await createFixtureSignedIn();
  const other = await fixture.auth.signIn(
    { username: "someone", password: "correct horse" },
    { ...callerAt("192.0.2.7"), userAgent: "x".repeat(10_000) },
  );
  assert.ok(other.kind === "ok");
  await fixture.auth.signOut(fixture.identity.sessionId);
  const identity = await fixture.auth.verifyAccess(other.tokens.accessToken);
  assert.equal(identity?.userId, fixture.identity.userId);
  assert.equal(fixture.sessions.get(identity.sessionId)?.userAgent?.length, 256);
});

Deno.test("a user's open sessions are listed without secrets, the last used one first", async () => {
  const fixture = await createFixtureSignedIn();
  const { auth, tokens, identity, timers } = fixture;
  timers.tick(1_000);
  await signInAgain(fixture, { userAgent: "Phone/2.0" });
  timers.tick(1_000);
  await auth.refresh(tokens.refreshToken);
  const [first, second, ...others] = await auth.sessionsOf(identity.userId);
  const now = timers.Date.now();
  assert.deepEqual(first, {
    id: identity.sessionId,
    createdAt: now - 2_000,
    lastUsedAt: now,
    userAgent: "Browser/1.0",
  });
  assert.deepEqual([second?.lastUsedAt, second?.userAgent], [now - 1_000, "Phone/2.0"]);
  assert.equal(others.length, 0);
});

Deno.test("a user can end another session of their own, but no session of another user", async () => {
  const fixture = await createFixtureSignedIn();
  const { auth, identity, announced } = fixture;
  const other = await signInAgain(fixture);
  const stranger = await registered(fixture, "stranger");
  const { userId } = identity;
  for (const id of [stranger.identity.sessionId, "nonsense"]) {
    assert.equal(await auth.endSession(userId, id), false);
  }
  assert.equal(await auth.endSession(userId, other.identity.sessionId), true);
  assert.equal(await auth.endSession(userId, other.identity.sessionId), false);
  assert.deepEqual(announced, [{ userId, sessionId: other.identity.sessionId }]);
  assert.equal(await auth.verifyAccess(other.tokens.accessToken), undefined);
  assert.deepEqual(await auth.refresh(other.tokens.refreshToken), invalid);
  assert.ok(await auth.verifyAccess(fixture.tokens.accessToken));
  assert.ok(await auth.verifyAccess(stranger.tokens.accessToken));
});

Deno.test("signing out everywhere ends all sessions of the user, also after a restart", async () => {
  const fixture = await createFixtureSignedIn();
  const other = await signInAgain(fixture);
  await fixture.auth.endAllSessions(fixture.identity.userId);
  assert.equal(fixture.announced.length, 2);
  for (const auth of [fixture.auth, await fixture.restart()]) {
    for (const { tokens } of [fixture, other]) {
      assert.equal(await auth.verifyAccess(tokens.accessToken), undefined);
      assert.deepEqual(await auth.refresh(tokens.refreshToken), invalid);
    }
  }
});

async function createFixtureSignedIn() {
  const fixture = await createAuthFixture();
  return { ...fixture, ...await registered(fixture) };
}
