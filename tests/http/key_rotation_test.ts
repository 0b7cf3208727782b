// A change of the signing keys by an operator: nobody is signed out.

import assert from "node:assert/strict";
import { decodeProtectedHeader, exportJWK, generateKeyPair } from "jose";
import { call, register } from "../support/api_client.ts";
import { startServer } from "../support/server.ts";

Deno.test("keys are changed and nobody is signed out", async (t) => {
  const folder = await Deno.makeTempDir();
  const [older, newer] = [await makeKey("older"), await makeKey("newer")];
  const start = (...keys: unknown[]) =>
    startServer({
      env: { KV_PATH: `${folder}/quoteboard.kv`, JWT_KEYS: JSON.stringify({ keys }) },
    });
  const kidOf = (token: string) => decodeProtectedHeader(token).kid;
  const statusOfMe = async (url: string, token: string) =>
    (await call(`${url}/api/me`, { token })).status;
  const refresh = (url: string, refreshToken: string) =>
    call(`${url}/api/auth/refresh`, { json: { refreshToken } });
  const published = async (url: string) =>
    (await call(`${url}/.well-known/jwks.json`)).body.keys as Record<string, unknown>[];

  let server = await start(older);
  const first = await register(server.url);
  const idle = await register(server.url);
  assert.equal(kidOf(first.accessToken), "older");
  await server.stop();

  await t.step(
    "with the new key before the old one, old tokens are valid and new ones are signed with the new key",
    async () => {
      server = await start(newer, older);
      const { url } = server;
      assert.equal(await statusOfMe(url, first.accessToken), 200);
      const { status, body } = await refresh(url, first.refreshToken);
      assert.equal(status, 200);
      assert.equal(kidOf(body.accessToken), "newer");
      assert.equal(await statusOfMe(url, body.accessToken), 200);
      const keys = await published(url);
      assert.deepEqual(keys.map(({ kid }) => kid), ["newer", "older"]);
      for (const key of keys) assert.equal(key.d, undefined);
      await server.stop();
    },
  );

  await t.step(
    "with the new key alone, old access tokens are refused and refresh tokens are valid",
    async () => {
      server = await start(newer);
      const { url } = server;
      assert.equal(await statusOfMe(url, idle.accessToken), 401);
      const { status, body } = await refresh(url, idle.refreshToken);
      assert.equal(status, 200);
      assert.equal(await statusOfMe(url, body.accessToken), 200);
      assert.deepEqual((await published(url)).map(({ kid }) => kid), ["newer"]);
      await server.stop();
    },
  );

  await Deno.remove(folder, { recursive: true });
});

async function makeKey(kid: string) {
  const { privateKey } = await generateKeyPair("EdDSA", { extractable: true });
  return { ...await exportJWK(privateKey), kid };
}
