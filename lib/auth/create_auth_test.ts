import assert from "node:assert/strict";
import { createClock } from "../clock.ts";
import { caller, createAuthFixture, registered, registration } from "./auth_fixtures.ts";
import { createPasswords } from "./passwords/passwords.ts";

Deno.test("registration and sign-in work with real password hashes", async () => {
  const { auth } = await createAuthFixture({
    passwords: createPasswords({ clock: createClock() }),
  });
  try {
    assert.equal((await auth.register(registration("someone", "pâte à choux"), caller)).kind, "ok");
    const kinds: string[] = [];
    for (const password of ["pa\u0302te a\u0300 choux", "pate a choux"]) {
      kinds.push((await auth.signIn({ username: "someone", password }, caller)).kind);
    }
    assert.deepEqual(kinds, ["ok", "invalid_credentials"]);
  } finally {
    auth.close();
  }
});

Deno.test("closing the service closes the passwords", async () => {
  const { auth, state } = await createAuthFixture();
  auth.close();
  assert.equal(state.closed, true);
});

Deno.test("the public key set contains one key without its private part", async () => {
  const { auth } = await createAuthFixture();
  const { keys } = auth.jwks();
  assert.equal(keys.length, 1);
  assert.deepEqual(Object.keys(keys[0]!).sort(), ["alg", "crv", "kid", "kty", "use", "x"]);
});

Deno.test("a socket token identifies the session for which it was created", async () => {
  const fixture = await createAuthFixture();
  const { identity } = await registered(fixture);
  const token = await fixture.auth.socketToken(identity);
  assert.deepEqual(await fixture.auth.verifySocket(token), identity);
});

Deno.test("a user that an operator adds can sign in and does not count against the limit of registrations", async () => {
  const { auth } = await createAuthFixture({ registrationsPerHour: 1 });
  for (let index = 0; index < 5; index++) {
    assert.equal((await auth.addUser(registration(`user-${index}`))).kind, "ok");
  }
  assert.deepEqual(await auth.addUser(registration("User-0")), { kind: "username_taken" });
  const signedIn = await auth.signIn({ username: "user-3", password: "correct horse" }, caller);
  assert.equal(signedIn.kind, "ok");
});

Deno.test("a refresh calls the store once; a sign-in calls it once before the check of the password and twice after it", async () => {
  const fixture = await createAuthFixture();
  const { tokens } = await registered(fixture);
  const calls: string[] = [];
  const store = new Proxy(fixture.store, {
    get(target, name) {
      calls.push(String(name));
      return Reflect.get(target, name);
    },
  });
  const auth = await fixture.restart({ store });
  calls.length = 0;
  assert.equal((await auth.refresh(tokens.refreshToken)).kind, "ok");
  assert.deepEqual(calls.splice(0), ["rotateSession"]);
  const input = { username: "someone", password: "correct horse" };
  assert.equal((await auth.signIn(input, caller)).kind, "ok");
  assert.deepEqual(calls, ["credentials", "createSession", "revokeOldSessions"]);
});
