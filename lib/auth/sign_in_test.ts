import assert from "node:assert/strict";
import {
  caller,
  createAuthFixture,
  createPlainPasswords,
  registered,
  registration,
  usernameOf,
} from "./auth_fixtures.ts";
import { callerAt } from "../identity.ts";
import { unknownUserHash } from "./passwords/argon2.ts";
import type { Passwords } from "./passwords/passwords.ts";

const right = { username: "someone", password: "correct horse" };
const wrong = { username: "someone", password: "wrong" };

async function createFixtureWithUser() {
  const fixture = await createAuthFixture();
  return { ...fixture, ...await registered(fixture) };
}

Deno.test("the right password signs in, also with capitals and blanks in the username", async () => {
  const { auth, user } = await createFixtureWithUser();
  const outcome = await auth.signIn({ ...right, username: " SomeOne " }, caller);
  assert.ok(outcome.kind === "ok");
  assert.deepEqual(outcome.user, user);
  const identity = await auth.verifyAccess(outcome.tokens.accessToken);
  assert.equal(identity?.username, "someone");
  assert.equal(identity?.userId, user.id);
});

Deno.test("a wrong password and an unknown name get the same answer for the same work", async () => {
  const { auth, verified } = await createFixtureWithUser();
  const names = ["someone", "nobody", "not a username!", "x".repeat(10_000)];
  for (const username of names) {
    const outcome = await auth.signIn({ username, password: "wrong" }, caller);
    assert.deepEqual(outcome, { kind: "invalid_credentials" });
  }
  assert.deepEqual(verified, ["correct horse", unknownUserHash, unknownUserHash, unknownUserHash]);
});

Deno.test("after 10 failures a sign-in must wait, and even the right password is not checked", async () => {
  const { auth, verified, reads } = await createFixtureWithUser();
  for (let failures = 0; failures < 10; failures++) {
    assert.deepEqual(await auth.signIn(wrong, caller), { kind: "invalid_credentials" });
  }
  const readsBefore = reads.credentials;
  const outcome = await auth.signIn(right, caller);
  assert.ok(outcome.kind === "rate_limited");
  assert.ok(outcome.retryAfterMs > 0 && outcome.retryAfterMs <= 300_000);
  assert.equal(verified.length, 10);
  assert.equal(reads.credentials, readsBefore);
  assert.equal((await auth.signIn(right, callerAt("192.0.2.9"))).kind, "ok");
});

Deno.test("of 60 wrong passwords sent at once, 10 are checked", async () => {
  const { auth, verified } = await createFixtureWithUser();
  const outcomes = await Promise.all(Array.from({ length: 60 }, () => auth.signIn(wrong, caller)));
  const count = (kind: string) => outcomes.filter((outcome) => outcome.kind === kind).length;
  assert.equal(count("invalid_credentials"), 10);
  assert.equal(count("rate_limited"), 50);
  assert.equal(verified.length, 10);
});

Deno.test("of 60 wrong passwords sent at once from 60 addresses of one /64, 10 are checked", async () => {
  const { auth, verified } = await createFixtureWithUser();
  await Promise.all(Array.from({ length: 60 }, (_, host) => {
    return auth.signIn(wrong, callerAt(`2001:db8:0:7::${host.toString(16)}`));
  }));
  assert.equal(verified.length, 10);
});

Deno.test("50 right sign-ins at once from one address all succeed", async () => {
  const { auth } = await createFixtureWithUser();
  const outcomes = await Promise.all(Array.from({ length: 50 }, () => auth.signIn(right, caller)));
  assert.ok(outcomes.every(({ kind }) => kind === "ok"));
});

Deno.test("a successful sign-in resets the count of failures", async () => {
  const { auth } = await createFixtureWithUser();
  for (let rounds = 0; rounds < 3; rounds++) {
    for (let failures = 0; failures < 9; failures++) await auth.signIn(wrong, caller);
    assert.equal((await auth.signIn(right, caller)).kind, "ok");
  }
});

Deno.test("unknown names are throttled like known ones", async () => {
  const { auth } = await createAuthFixture();
  for (const username of ["nobody", "not a username!"]) {
    for (let failures = 0; failures < 10; failures++) {
      await auth.signIn({ ...wrong, username }, caller);
    }
    assert.equal((await auth.signIn({ ...wrong, username }, caller)).kind, "rate_limited");
  }
});

Deno.test("a full password queue is answered busy without a read, and counts neither as failure nor as registration", async () => {
  const { auth, state, reads } = await createFixtureWithUser();
  state.busy = true;
  const readsBefore = reads.credentials;
  for (let attempts = 0; attempts < 12; attempts++) {
    assert.deepEqual(await auth.signIn(right, caller), { kind: "busy" });
  }
  assert.equal(reads.credentials, readsBefore);
  for (let attempts = 0; attempts < 70; attempts++) {
    assert.deepEqual(await auth.register(registration("newcomer"), caller), { kind: "busy" });
  }
  state.busy = false;
  assert.equal((await auth.signIn(right, caller)).kind, "ok");
  assert.equal((await auth.register(registration("newcomer"), caller)).kind, "ok");
});

Deno.test("a sign-in is refused if the password is changed or the account is deleted meanwhile", async () => {
  for (const change of ["changed", "deleted"]) {
    const fixture = await createFixtureWithUser();
    const { auth, store, user, sessions } = fixture;
    const { createSession } = store;
    store.createSession = async (session, options) => {
      if (change === "changed") {
        await store.changePassword(user.id, { from: right.password, to: "another one" });
      } else await store.deleteUser(user.id, session.createdAt);
      await store.revokeSessions(user.id, { at: session.createdAt });
      return createSession(session, options);
    };
    assert.deepEqual(await auth.signIn(right, caller), { kind: "invalid_credentials" }, change);
    assert.ok(sessions.values().every(({ revokedAt }) => revokedAt !== null), change);
  }
});

Deno.test("the right password signs in, even if another sign-in renews its hash meanwhile", async () => {
  const { passwords } = createPlainPasswords();
  const verify: Passwords["verify"] = (hash, password) =>
    Promise.resolve({ kind: hash.startsWith(password) ? "ok" : "mismatch" });
  const fixture = await createAuthFixture({ passwords: { ...passwords, verify } });
  const { auth, store } = fixture;
  const { user } = await registered(fixture);
  const { createSession } = store;
  let renewals = 0;
  store.createSession = async (session, options) => {
    const from = `${right.password}${"'".repeat(renewals)}`;
    if (renewals < 2) await store.changePassword(user.id, { from, to: `${from}'` });
    renewals++;
    return createSession(session, options);
  };
  assert.equal((await auth.signIn(right, caller)).kind, "ok");
  assert.equal(renewals, 3);
});

Deno.test("a sign-in whose hash changes at each check is answered busy", async () => {
  const { auth, store } = await createFixtureWithUser();
  store.createSession = () => Promise.resolve(false);
  assert.deepEqual(await auth.signIn(right, caller), { kind: "busy" });
});

Deno.test("an attacker at another address does not lock the owner out, after any number of attempts", async () => {
  const { auth } = await createFixtureWithUser();
  const attacker = callerAt("198.51.100.66");
  for (let failures = 0; failures < 20; failures++) await auth.signIn(wrong, attacker);
  assert.equal((await auth.signIn(right, attacker)).kind, "rate_limited");
  for (let failures = 0; failures < 1_000; failures++) {
    await auth.signIn({ ...wrong, username: `user-${failures}` }, attacker);
  }
  const newcomer = await auth.signIn({ ...wrong, username: "not-tried-yet" }, attacker);
  assert.equal(newcomer.kind, "rate_limited");
  assert.equal((await auth.signIn(right, caller)).kind, "ok");
});

Deno.test("sign-ins are counted by outcome", async () => {
  const { auth, metrics } = await createFixtureWithUser();
  await auth.signIn(right, caller);
  await auth.signIn(wrong, caller);
  await auth.signIn(wrong, caller);
  const { values } = await metrics.signIns.get();
  const counts = values.map(({ labels, value }) => [labels.outcome, value]);
  assert.deepEqual(counts, [["ok", 1], ["invalid_credentials", 2]]);
});

Deno.test("a registration creates the user with the given data and signs the user in", async () => {
  const { auth, store, timers } = await createAuthFixture();
  const outcome = await auth.register({
    username: usernameOf("New.User"),
    password: "correct horse",
    email: "new@example.com",
    firstName: "New",
    lastName: null,
  }, caller);
  assert.ok(outcome.kind === "ok");
  const { id, ...profile } = outcome.user;
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  assert.deepEqual(profile, {
    username: "new.user",
    email: "new@example.com",
    firstName: "New",
    lastName: null,
    createdAt: timers.Date.now(),
  });
  assert.deepEqual((await store.credentials("new.user"))?.user, outcome.user);
  assert.equal((await auth.verifyAccess(outcome.tokens.accessToken))?.userId, id);
});

Deno.test("a taken name is refused, also in capitals, before any hashing", async () => {
  const { auth, state } = await createFixtureWithUser();
  const outcome = await auth.register(registration("SOMEONE"), caller);
  assert.deepEqual(outcome, { kind: "username_taken" });
  assert.equal(state.hashed, 1);
});

Deno.test("of 5 registrations of one name at once, one succeeds", async () => {
  const { auth } = await createAuthFixture();
  const outcomes = await Promise.all(
    Array.from({ length: 5 }, () => auth.register(registration("newcomer"), caller)),
  );
  const kinds = outcomes.map(({ kind }) => kind).sort();
  assert.deepEqual(kinds, ["ok", ...Array(4).fill("username_taken")]);
});

Deno.test("an address may register up to its limit in an hour; refused registrations and other addresses do not count", async () => {
  const { auth } = await createAuthFixture({ registrationsPerHour: 2 });
  const register = (username: string, address = caller.address) =>
    auth.register(registration(username), callerAt(address));
  assert.equal((await register("first")).kind, "ok");
  for (let refused = 0; refused < 5; refused++) {
    assert.equal((await register("first")).kind, "username_taken");
  }
  await Promise.all([register("second"), register("second")]);
  const limited = await register("third");
  assert.ok(limited.kind === "rate_limited");
  assert.ok(limited.retryAfterMs > 0 && limited.retryAfterMs <= 3_600_000);
  assert.equal((await register("third", "192.0.2.9")).kind, "ok");
});

Deno.test("a registration that fails because the store is down does not count", async () => {
  const { auth, store } = await createAuthFixture({ registrationsPerHour: 1 });
  const { createUser } = store;
  store.createUser = () => Promise.reject(new Error("the store is down"));
  await assert.rejects(auth.register(registration("newcomer"), caller));
  store.createUser = createUser;
  assert.equal((await auth.register(registration("newcomer"), caller)).kind, "ok");
});

Deno.test("a registration with a weak password creates no user, and does not count", async () => {
  const { auth, state } = await createAuthFixture({ registrationsPerHour: 1 });
  const weak = { short: "too_short", password1: "too_common", "someone-1": "too_personal" };
  for (const [password, fault] of Object.entries(weak)) {
    const outcome = await auth.register(registration("someone", password), caller);
    assert.deepEqual(outcome, { kind: "weak_password", fault });
  }
  assert.equal(state.hashed, 0);
  assert.equal((await auth.register(registration("someone"), caller)).kind, "ok");
});

Deno.test("an operator cannot create a user with a weak password either", async () => {
  const { auth } = await createAuthFixture();
  const outcome = await auth.addUser(registration("someone", "short"));
  assert.deepEqual(outcome, { kind: "weak_password", fault: "too_short" });
});
