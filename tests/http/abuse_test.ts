// Clients that guess passwords, flood the sign-in, or forge an address, against a real server process.

import assert from "node:assert/strict";
import { call, register } from "../support/api_client.ts";
import { startServer } from "../support/server.ts";

const password = "a long enough one";

/** Signs in like a client behind a proxy that reported this address. */
function signIn(url: string, { username, ...more }: {
  username: string;
  password: string;
  from: string;
}) {
  const headers = { "x-forwarded-for": more.from };
  return call(`${url}/api/auth/login`, { json: { username, password: more.password }, headers });
}

Deno.test("behind a trusted proxy, an attacker's failures lock nobody else out", async () => {
  await using server = await startServer({ env: { TRUST_PROXY: "1" } });
  const { url } = server;
  const { username } = await register(url);
  const attempt = (from: string, password: string) => signIn(url, { username, password, from });
  const attacker = "198.51.100.66";
  for (let failures = 0; failures < 10; failures++) {
    assert.equal((await attempt(attacker, "wrong")).status, 401);
  }
  const refused = await attempt(attacker, password);
  assert.equal(refused.status, 429);
  assert.ok(Number(refused.headers.get("retry-after")) > 0);
  assert.equal((await attempt(`6.6.6.6, ${attacker}`, password)).status, 429);
  assert.equal((await attempt("192.0.2.1", password)).status, 200);
});

Deno.test("without a trusted proxy, no header changes a client's address", async () => {
  await using server = await startServer();
  const { url } = server;
  const { username } = await register(url);
  for (let failures = 0; failures < 10; failures++) {
    const from = `192.0.2.${failures}`;
    assert.equal((await signIn(url, { username, password: "wrong", from })).status, 401);
  }
  assert.equal((await signIn(url, { username, password, from: "192.0.2.99" })).status, 429);
});

Deno.test("a flood of sign-ins gets 429 with a time to retry, and the service answers other requests", async () => {
  await using server = await startServer();
  const { url } = server;
  const flood = Array.from(
    { length: 150 },
    (_, index) =>
      call(`${url}/api/auth/login`, { json: { username: `user-${index}`, password: "wrong" } }),
  );
  const meanwhile = await call(`${url}/healthz`);
  const answers = await Promise.all(flood);
  assert.equal(meanwhile.status, 200);
  const refused = answers.filter(({ status }) => status === 503);
  assert.ok(refused.length > 0);
  assert.equal(refused.length + answers.filter(({ status }) => status === 401).length, 150);
  for (const { headers, body } of refused) {
    assert.equal(body.code, "unavailable");
    assert.ok(Number(headers.get("retry-after")) > 0);
  }
  const json = { username: "user1", password: "watchlist" };
  assert.equal((await call(`${url}/api/auth/login`, { json })).status, 200);
});
