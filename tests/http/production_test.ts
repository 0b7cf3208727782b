// What is different in production, with TLS and behind a proxy: cookies, headers, origins, users.

import assert from "node:assert/strict";
import { exportJWK, generateKeyPair } from "jose";
import { call, openLive, register } from "../support/api_client.ts";
import { makeCertificate } from "../support/certificate.ts";
import { createFormClient } from "../support/form_client.ts";
import { startServer } from "../support/server.ts";

const password = "a long enough one";
const friend = "https://friend.example";

async function productionEnv() {
  const { privateKey } = await generateKeyPair("EdDSA", { extractable: true });
  const key = { ...await exportJWK(privateKey), kid: "production" };
  return { APP_ENV: "production", JWT_KEYS: JSON.stringify({ keys: [key] }) };
}

/** The attributes of each cookie by its name, in lower case and sorted. */
function cookiesOf(headers: Headers): Map<string, string> {
  return new Map(
    headers.getSetCookie().map((line) => {
      const [pair = "", ...attributes] = line.split("; ");
      const kept = attributes.filter((attribute) => !/^(max-age|expires)=/i.test(attribute));
      return [pair.split("=")[0] ?? "", kept.map((each) => each.toLowerCase()).sort().join("; ")];
    }),
  );
}

Deno.test("in production", async (t) => {
  await using server = await startServer({
    env: { ...await productionEnv(), ALLOWED_ORIGINS: friend },
  });
  const { url } = server;

  await t.step("there are no demo users, and no page mentions any", async () => {
    for (const username of ["user1", "user2"]) {
      const json = { username, password: "watchlist" };
      assert.equal((await call(`${url}/api/auth/login`, { json })).status, 401);
    }
    assert.doesNotMatch(server.output(), /user1|password/);
  });

  await t.step(
    "cookies are limited to this host, to TLS and to the server, and are cleared with the same attributes",
    async () => {
      const browser = createFormClient(url);
      const username = `u_${crypto.randomUUID().slice(0, 8)}`;
      const signedIn = await browser.post("/register", { username, password });
      const attributes = "httponly; path=/; samesite=lax; secure";
      const expected = [["__Host-qb_access", attributes], ["__Host-qb_refresh", attributes]];
      assert.deepEqual([...cookiesOf(signedIn.headers)].sort(), expected);
      assert.equal((await browser.get("/watchlist")).status, 200);

      // A cookie without the prefix could come from another host of the domain, so it is ignored.
      const plain = browser.cookie().replaceAll("__Host-", "");
      const answer = await call(`${url}/api/me`, { headers: { cookie: plain } });
      assert.equal(answer.status, 401);

      const signedOut = await browser.post("/account", { action: "sign-out" });
      assert.deepEqual([...cookiesOf(signedOut.headers)].sort(), expected);
      assert.equal(browser.cookie(), "");
    },
  );

  await t.step("over plain HTTP the pages of sign-in say why it fails, the log once", async () => {
    const plain = (path: string, headers: Record<string, string> = {}) =>
      call(url + path, { headers: { accept: "text/html", ...headers } });
    const body = String(new URLSearchParams({ username: "nobody", password }));
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const answers = [
      await plain("/login"),
      await plain("/register"),
      await call(`${url}/login`, { body, headers: { accept: "text/html", ...form } }),
      // No proxy is trusted here, so anybody could write this header.
      await plain("/login", { "x-forwarded-proto": "https" }),
    ];
    for (const answer of answers) assert.match(answer.body, /role="alert">.*plain HTTP/);
    // A browser sends this header over HTTPS, and to localhost, where it takes Secure cookies.
    const secure = await plain("/login", { "sec-fetch-site": "none" });
    assert.doesNotMatch(secure.body, /plain HTTP/);
    const lines = server.output().split("\n").filter((line) => line.includes("plain HTTP"));
    assert.equal(lines.length, 1, server.output());
  });

  await t.step(
    "all answers tell browsers to use TLS, and send no address to other sites",
    async () => {
      for (const path of ["/", "/login", "/api/me", "/nowhere", "/healthz", "/api/openapi.json"]) {
        const { headers } = await call(url + path);
        assert.equal(headers.get("strict-transport-security"), "max-age=31536000", path);
        assert.equal(headers.get("referrer-policy"), "same-origin", path);
      }
    },
  );

  await t.step("an allowed origin may call the API with a token, not with cookies", async () => {
    const { accessToken: token } = await register(url);
    const read = await call(`${url}/api/me`, { token, headers: { origin: friend } });
    assert.equal(read.headers.get("access-control-allow-origin"), friend);
    const preflight = await call(`${url}/api/watchlist`, {
      method: "OPTIONS",
      headers: {
        origin: friend,
        "access-control-request-method": "DELETE",
        "access-control-request-headers": "authorization,content-type,if-match",
      },
    });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get("access-control-allow-origin"), friend);
    assert.match(preflight.headers.get("access-control-allow-methods") ?? "", /DELETE/);
    assert.match(preflight.headers.get("access-control-allow-headers") ?? "", /Authorization/i);
    for (const { headers } of [read, preflight]) {
      assert.equal(headers.get("access-control-allow-credentials"), null);
      assert.match(headers.get("vary") ?? "", /origin/i);
    }
  });

  await t.step("a foreign origin gets no permission, and its changes are refused", async () => {
    const foreign = { origin: "https://evil.example" };
    const asks = { ...foreign, "access-control-request-method": "POST" };
    const answers = [
      await call(`${url}/api/quotes`, { headers: foreign }),
      await call(`${url}/api/auth/login`, { method: "OPTIONS", headers: asks }),
      await call(`${url}/api/auth/login`, { json: {}, headers: foreign }),
    ];
    for (const { headers } of answers) {
      assert.equal(headers.get("access-control-allow-origin"), null);
    }
    assert.equal(answers[2]?.status, 403);
  });
});

Deno.test("with TLS in the process itself, pages and sockets are served only over TLS", async (t) => {
  await using certificate = await makeCertificate();
  const { client, certPath, keyPath } = certificate;
  const server = await startServer({ env: { TLS_CERT: certPath, TLS_KEY: keyPath }, client });
  const { url } = server;

  await t.step("HTTPS, with HSTS", async () => {
    assert.match(url, /^https:/);
    const { status, headers } = await call(`${url}/`, { client });
    assert.equal(status, 200);
    assert.equal(headers.get("strict-transport-security"), "max-age=31536000");
    await assert.rejects(call(`${url.replace("https:", "http:")}/`));
  });

  await t.step("cookies that are sent only over TLS", async () => {
    const browser = createFormClient(url, { client });
    const { status, headers } = await browser.post("/login", {
      username: "user1",
      password: "watchlist",
    });
    assert.equal(status, 303);
    const attributes = "httponly; path=/; samesite=lax; secure";
    const expected = [["qb_access", attributes], ["qb_refresh", attributes]];
    assert.deepEqual([...cookiesOf(headers)].sort(), expected);
    assert.equal((await browser.get("/watchlist")).status, 200);
  });

  await t.step("live prices over WSS", async () => {
    const live = await openLive(url, { client });
    live.send({ type: "subscribe", tickers: ["AAPL"] });
    assert.equal((await live.next("tick")).type, "tick");
    live.close();
    await live.closed;
  });

  await server.stop();
});

Deno.test("without TLS, on a local machine, cookies work and no header promises TLS", async () => {
  await using server = await startServer();
  const browser = createFormClient(server.url);
  const { headers } = await browser.post("/login", { username: "user1", password: "watchlist" });
  const attributes = "httponly; path=/; samesite=lax";
  const expected = [["qb_access", attributes], ["qb_refresh", attributes]];
  assert.deepEqual([...cookiesOf(headers)].sort(), expected);
  assert.equal(headers.get("strict-transport-security"), null);
});
