import assert from "node:assert/strict";
import FakeTimers from "@sinonjs/fake-timers";
import fc from "fast-check";
import { decodeJwt, decodeProtectedHeader, SignJWT } from "jose";
import { createClock } from "../../clock.ts";
import { createMemoryStore, startMs } from "../auth_fixtures.ts";
import { loadSigningKeys } from "./signing_keys.ts";
import { createTokens, idOf, newSecret, newToken, nextToken } from "./tokens.ts";

const subject = { userId: "user-id", username: "someone", sessionId: "session-id" };

async function createFixture() {
  const timers = FakeTimers.createClock(startMs);
  const keys = await loadSigningKeys({ jwtKeys: undefined, store: createMemoryStore().store });
  const tokens = createTokens({ keys, clock: createClock(timers) });

  /** A token like ours, except for what the test changes. */
  function forged(
    { header = {}, claims = {} }: { header?: object; claims?: object },
    key: Parameters<SignJWT["sign"]>[0] = keys.signing.key,
  ): Promise<string> {
    const iat = startMs / 1_000;
    const ours = {
      iss: "quoteboard",
      aud: "quoteboard-api",
      sub: subject.userId,
      sid: subject.sessionId,
      preferred_username: subject.username,
      iat,
      exp: iat + 900,
    };
    return new SignJWT({ ...ours, ...claims })
      .setProtectedHeader({ alg: "EdDSA", typ: "at+jwt", kid: keys.signing.kid, ...header })
      .sign(key);
  }
  return { timers, keys, tokens, forged };
}

Deno.test("an access token is valid for 15 minutes", async () => {
  const { tokens, timers } = await createFixture();
  const { token, expiresAt } = await tokens.access(subject, { issuedAt: startMs });
  const identity = { ...subject, expiresAt: startMs + 900_000 };
  assert.equal(expiresAt, identity.expiresAt);
  assert.deepEqual(await tokens.verifyAccess(token), identity);
  assert.deepEqual(await tokens.verifySocket(token), identity);
  timers.tick(899_999);
  assert.deepEqual(await tokens.verifyAccess(token), identity);
  timers.tick(1);
  assert.equal(await tokens.verifyAccess(token), undefined);
  assert.equal(await tokens.verifySocket(token), undefined);
});

Deno.test("an access token contains its subject, audience, issuer and expiry", async () => {
  const { tokens, keys } = await createFixture();
  const { token } = await tokens.access(subject, { issuedAt: startMs + 999 });
  assert.deepEqual(decodeProtectedHeader(token), {
    alg: "EdDSA",
    typ: "at+jwt",
    kid: keys.signing.kid,
  });
  assert.deepEqual(decodeJwt(token), {
    iss: "quoteboard",
    aud: "quoteboard-api",
    sub: subject.userId,
    sid: subject.sessionId,
    preferred_username: subject.username,
    iat: startMs / 1_000,
    exp: startMs / 1_000 + 900,
  });
});

Deno.test("access tokens of one session that are issued in the same second are equal", async () => {
  const { tokens } = await createFixture();
  const issue = (issuedAt: number) => tokens.access(subject, { issuedAt });
  const [first, again, later] = [
    await issue(startMs),
    await issue(startMs + 999),
    await issue(startMs + 1_000),
  ];
  assert.equal(first.token, again.token);
  assert.notEqual(first.token, later.token);
});

Deno.test("a socket token is valid for a minute, and for opening a socket only", async () => {
  const { tokens, timers } = await createFixture();
  const token = await tokens.socket(subject);
  assert.equal(await tokens.verifyAccess(token), undefined);
  timers.tick(59_000);
  const signedInUntil = startMs + 59_000 + 900_000;
  assert.deepEqual(await tokens.verifySocket(token), { ...subject, expiresAt: signedInUntil });
  timers.tick(1_000);
  assert.equal(await tokens.verifySocket(token), undefined);
});

Deno.test("a token made by these tests without changes is accepted, so the refusals below are due to the changes", async () => {
  const { tokens, forged } = await createFixture();
  assert.notEqual(await tokens.verifyAccess(await forged({})), undefined);
});

Deno.test("a token with another issuer, audience, type or kid, or without a claim, is refused", async () => {
  const { tokens, forged } = await createFixture();
  const wrong = {
    issuer: { claims: { iss: "somebody" } },
    audience: { claims: { aud: "another-api" } },
    "no audience": { claims: { aud: undefined } },
    type: { header: { typ: "JWT" } },
    "no type": { header: { typ: undefined } },
    kid: { header: { kid: "another" } },
    "no kid": { header: { kid: undefined } },
    expiry: { claims: { exp: undefined } },
    subject: { claims: { sub: undefined } },
    session: { claims: { sid: 7 } },
    username: { claims: { preferred_username: null } },
    "not yet": { claims: { nbf: startMs / 1_000 + 60 } },
  };
  for (const [name, changes] of Object.entries(wrong)) {
    const token = await forged(changes);
    assert.equal(await tokens.verifyAccess(token), undefined, name);
    assert.equal(await tokens.verifySocket(token), undefined, name);
  }
});

Deno.test("a token without a signature, or signed with the public key as a secret, is refused", async () => {
  const { tokens, keys, forged } = await createFixture();
  const [, claims] = (await forged({})).split(".");
  const header = (members: object) =>
    new TextEncoder().encode(JSON.stringify({ typ: "at+jwt", kid: keys.signing.kid, ...members }))
      .toBase64({ alphabet: "base64url", omitPadding: true });
  for (const alg of ["none", "None", "EdDSA"]) {
    const unsigned = `${header({ alg })}.${claims}.`;
    assert.equal(await tokens.verifyAccess(unsigned), undefined, alg);
  }
  const publicKey = String(keys.publicJwks[0]?.x);
  const secrets = [
    new TextEncoder().encode(publicKey),
    Uint8Array.fromBase64(publicKey, { alphabet: "base64url" }),
    new TextEncoder().encode(JSON.stringify(keys.publicJwks[0])),
  ];
  for (const secret of secrets) {
    const confused = await forged({ header: { alg: "HS256" } }, secret);
    assert.equal(await tokens.verifyAccess(confused), undefined);
  }
});

Deno.test("a token that another key signed is refused, even if it names our kid", async () => {
  const [ours, theirs] = [await createFixture(), await createFixture()];
  const token = await theirs.forged({ header: { kid: ours.keys.signing.kid } });
  assert.equal(await ours.tokens.verifyAccess(token), undefined);
});

Deno.test("a token with any one character changed is refused", async () => {
  const { tokens } = await createFixture();
  const { token } = await tokens.access(subject, { issuedAt: startMs });
  // The last character of a base64url text may contain unused bits. A change of those changes nothing, so it is left out.
  const meaningful = [...token].flatMap((char, index) =>
    char === "." || (token[index + 1] ?? ".") === "." ? [] : [index]
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...meaningful), async (index) => {
      const other = token[index] === "A" ? "B" : "A";
      const changed = token.slice(0, index) + other + token.slice(index + 1);
      assert.equal(await tokens.verifyAccess(changed), undefined);
    }),
    { numRuns: 60 },
  );
});

Deno.test("a text that is not a token is refused and causes no error", async () => {
  const { tokens } = await createFixture();
  const texts = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(fc.base64String(), { minLength: 1, maxLength: 6 }).map((parts) => parts.join(".")),
    fc.json().map((text) => `${btoa(encodeURI(text))}.e30.AA`),
  );
  await fc.assert(fc.asyncProperty(texts, async (text) => {
    assert.equal(await tokens.verifyAccess(text), undefined);
    assert.equal(await tokens.verifySocket(text), undefined);
  }));
  assert.equal(await tokens.verifyAccess("a".repeat(1_000_000)), undefined);
});

Deno.test("after a change of keys, old tokens stay valid as long as the old key is in the set", async () => {
  const store = createMemoryStore();
  const [older, newer] = [createMemoryStore(), createMemoryStore()];
  await loadSigningKeys({ jwtKeys: undefined, store: older.store });
  await loadSigningKeys({ jwtKeys: undefined, store: newer.store });
  const setOf = (memory: typeof store) => JSON.parse(memory.settings.get("jwt_keys") ?? "").keys;
  const clock = createClock(FakeTimers.createClock(startMs));
  async function tokensWith(keys: unknown[]) {
    const jwtKeys = JSON.stringify({ keys });
    return createTokens({ keys: await loadSigningKeys({ jwtKeys, store: store.store }), clock });
  }
  const before = await tokensWith(setOf(older));
  const during = await tokensWith([...setOf(newer), ...setOf(older)]);
  const after = await tokensWith(setOf(newer));
  const old = (await before.access(subject, { issuedAt: startMs })).token;
  const latest = (await during.access(subject, { issuedAt: startMs })).token;
  assert.notEqual(await during.verifyAccess(old), undefined);
  assert.equal(await after.verifyAccess(old), undefined);
  assert.notEqual(await after.verifyAccess(latest), undefined);
});

const sessionId = "0190b1c2-0000-7000-8000-000000000000";

Deno.test("a refresh token contains its session's id, and a different secret each time", () => {
  const tokens = Array.from({ length: 100 }, () => newToken(sessionId));
  assert.equal(new Set(tokens).size, 100);
  for (const token of tokens) assert.equal(idOf(token), sessionId);
});

Deno.test("the next token depends only on the previous one and on the key", async () => {
  const key = newSecret();
  const token = newToken(sessionId);
  const next = await nextToken(token, key);
  assert.equal(idOf(next), sessionId);
  assert.equal(await nextToken(token, key), next);
  assert.notEqual(await nextToken(newToken(sessionId), key), next);
  assert.notEqual(await nextToken(token, newSecret()), next);
});
