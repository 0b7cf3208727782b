import assert from "node:assert/strict";
import { exportJWK, generateKeyPair } from "jose";
import { StartupError } from "../../errors.ts";
import { createMemoryStore } from "../auth_fixtures.ts";
import { createKeySet, loadSigningKeys } from "./signing_keys.ts";

async function privateJwk(members: Record<string, unknown> = {}) {
  const { privateKey } = await generateKeyPair("EdDSA", { extractable: true });
  return { ...await exportJWK(privateKey), ...members };
}

function load(keys: unknown) {
  const { store } = createMemoryStore();
  return loadSigningKeys({ jwtKeys: JSON.stringify(keys), store });
}

Deno.test("the first key signs, all keys verify, and the public set contains no private part", async () => {
  const [first, second] = [
    await privateJwk({ kid: "a", other: 1 }),
    await privateJwk({ kid: "b" }),
  ];
  const keys = await load({ keys: [first, second], other: true });
  assert.equal(keys.signing.kid, "a");
  assert.deepEqual([...keys.verifying.keys()], ["a", "b"]);
  const published = { kty: "OKP", crv: "Ed25519", alg: "EdDSA", use: "sig" };
  assert.deepEqual(keys.publicJwks, [
    { ...published, x: first.x, kid: "a" },
    { ...published, x: second.x, kid: "b" },
  ]);
});

Deno.test("the kid of a key without one is its RFC 7638 thumbprint", async () => {
  // The key and its thumbprint are those of RFC 8037, appendix A.
  const keys = await load({
    keys: [{
      kty: "OKP",
      crv: "Ed25519",
      d: "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
      x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    }],
  });
  assert.equal(keys.signing.kid, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
});

Deno.test("a new key set signs with its new key, and still verifies tokens of the former keys", async () => {
  const former = { keys: [await privateJwk({ kid: "a" }), await privateJwk({ kid: "b" })] };
  const keys = await load(JSON.parse(await createKeySet(JSON.stringify(former))));
  assert.deepEqual([...keys.verifying.keys()], [keys.signing.kid, "a", "b"]);
  assert.notEqual(keys.signing.kid, "a");
  await assert.rejects(createKeySet("{}"), StartupError);
});

Deno.test("without JWT_KEYS the first start creates a key set, and the next start uses the same", async () => {
  const { store } = createMemoryStore();
  const [first, second] = [
    await loadSigningKeys({ jwtKeys: undefined, store }),
    await loadSigningKeys({ jwtKeys: undefined, store }),
  ];
  assert.equal(first.publicJwks.length, 1);
  assert.deepEqual(first.publicJwks, second.publicJwks);
});

Deno.test("an invalid key set is reported in one sentence that contains no part of a key", async () => {
  const valid = await privateJwk({ kid: "a" });
  const other = await privateJwk({ kid: "a" });
  const secret = String(valid.d);
  const invalid: Record<string, string> = {
    "not JSON": `{"keys":[{"d":"${secret}"`,
    "an array": JSON.stringify([valid]),
    "no keys": JSON.stringify({ keys: [] }),
    "a public key": JSON.stringify({ keys: [{ ...valid, d: undefined }] }),
    "a short key": JSON.stringify({ keys: [{ ...valid, d: secret.slice(1) }] }),
    "another curve": JSON.stringify({ keys: [{ ...valid, crv: "X25519" }] }),
    "another type": JSON.stringify({ keys: [{ ...valid, kty: "EC" }] }),
    "halves of two keys": JSON.stringify({ keys: [{ ...valid, x: other.x }] }),
    "one kid twice": JSON.stringify({ keys: [valid, other] }),
    "the same key twice": JSON.stringify({ keys: [valid, valid] }),
  };
  for (const [name, jwtKeys] of Object.entries(invalid)) {
    const { store } = createMemoryStore();
    await assert.rejects(loadSigningKeys({ jwtKeys, store }), (error) => {
      assert.ok(error instanceof StartupError, name);
      assert.match(error.message, /^JWT_KEYS must be a private JWK set of Ed25519 keys/);
      assert.equal(error.cause, undefined);
      assert.ok(!Deno.inspect(error).includes(secret.slice(1, 12)), name);
      return true;
    });
  }
});

Deno.test("the error for an invalid key set in the store does not name JWT_KEYS", async () => {
  const { store, settings } = createMemoryStore();
  settings.set("jwt_keys", "{}");
  await assert.rejects(loadSigningKeys({ jwtKeys: undefined, store }), {
    name: "StartupError",
    message: /^The key set kept in the store must be /,
  });
});
