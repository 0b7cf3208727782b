import assert from "node:assert/strict";
import { createClock } from "../clock.ts";
import { caller, createAuthFixture, registered, registration } from "./auth_fixtures.ts";
import { createPasswords } from "./passwords/passwords.ts";

Deno.test("registers and signs in with real password hashes", async () => {
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

Deno.test("closing ends the hashing of passwords", async () => {
  const { auth, state } = await createAuthFixture();
  auth.close();
  assert.equal(state.closed, true);
});

Deno.test("the public keys verify what was signed, and carry nothing private", async () => {
  const { auth } = await createAuthFixture();
  const { keys } = auth.jwks();
  assert.equal(keys.length, 1);
  assert.deepEqual(Object.keys(keys[0]!).sort(), ["alg", "crv", "kid", "kty", "use", "x"]);
});

Deno.test("a signed-in user may fetch a socket token that speaks for the same session", async () => {
  const fixture = await createAuthFixture();
  const { identity } = await registered(fixture);
  const token = await fixture.auth.socketToken(identity);
  assert.deepEqual(await fixture.auth.verifySocket(token), identity);
});

Deno.test("a user added without registering counts against no limit and can sign in", async () => {
  const { auth } = await createAuthFixture({ registrationsPerHour: 1 });
  for (let index = 0; index < 5; index++) {
    assert.equal((await auth.addUser(registration(`user-${index}`))).kind, "ok");
  }
  assert.deepEqual(await auth.addUser(registration("User-0")), { kind: "username_taken" });
  const signedIn = await auth.signIn({ username: "user-3", password: "correct horse" }, caller);
  assert.equal(signedIn.kind, "ok");
});

Deno.test("a refresh asks the store once, a sign-in before and after the password is checked", async () => {
  const fixture = await createAuthFixture();
  const { tokens } = await registered(fixture);
  const asked: string[] = [];
  const store = new Proxy(fixture.store, {
    get(target, name) {
      asked.push(String(name));
      return Reflect.get(target, name);
    },
  });
  const auth = await fixture.restart({ store });
  asked.length = 0;
  assert.equal((await auth.refresh(tokens.refreshToken)).kind, "ok");
  assert.deepEqual(asked.splice(0), ["rotateSession"]);
  const input = { username: "someone", password: "correct horse" };
  assert.equal((await auth.signIn(input, caller)).kind, "ok");
  assert.deepEqual(asked, ["credentials", "createSession"]);
});
