import assert from "node:assert/strict";
import { createTestApp } from "../app_fixtures.ts";
import { assertRetryAfter } from "../client_fixtures.ts";

/** Every path also with a slash at its end. */
const costly: readonly (readonly [method: string, path: string])[] = [
  ["POST", "/api/auth/login"],
  ["POST", "/api/auth/register"],
  ["POST", "/login"],
  ["POST", "/register"],
  ["POST", "/reset"],
  ["POST", "/api/account/password"],
  ["DELETE", "/api/account"],
  ["POST", "/account"],
  ["GET", "/api/securities?query=coca"],
  ["HEAD", "/api/securities?query=coca"],
  ["GET", "/api/securities/nearest?query=coca"],
  ["GET", "/api/openapi.json"],
  ["GET", "/api/docs"],
  ["GET", "/api/account/export"],
  ["GET", "/account/export"],
  ["POST", "/api/watchlists/x/import"],
  ["GET", "/api/watchlists/x/export"],
  ["POST", "/watchlist"],
  ["GET", "/watchlist?query=coca"],
  ["GET", "/watchlist?list=x&export=csv"],
  ["GET", "/events?tickers=KO"],
];

Deno.test("while memory is short, costly requests are refused with the time to come back", async () => {
  await using app = await createTestApp({ isShortOfMemory: () => true });
  for (const [method, path] of costly) {
    for (const each of [path, path.replace(/(?=\?|$)/, "/")]) {
      const answer = await app.request(each, { method });
      assert.equal(answer.status, 503, `${method} ${each}`);
      if (method !== "HEAD" && path.startsWith("/api")) assert.equal(answer.json.code, "busy");
      assertRetryAfter(answer);
    }
  }
});

Deno.test("what is cheap is served meanwhile: pages, prices, list changes, sign-outs, health", async () => {
  let isShort = false;
  await using app = await createTestApp({ isShortOfMemory: () => isShort });
  const { token, cookie } = await app.signUp();
  isShort = true;
  const statuses = [
    (await app.request("/")).status,
    (await app.request("/login")).status,
    (await app.request("/watchlist", { cookie })).status,
    (await app.request("/api/quotes?tickers=KO")).status,
    (await app.request("/api/watchlist", { json: { ticker: "KO" }, token })).status,
    (await app.request("/healthz")).status,
    (await app.request("/metrics")).status,
    (await app.request("/api/auth/logout", { method: "POST", token })).status,
  ];
  assert.deepEqual(statuses, [200, 200, 200, 200, 201, 200, 200, 204]);
});

Deno.test("with memory free, nothing is refused", async () => {
  await using app = await createTestApp();
  assert.equal((await app.request("/api/securities?query=coca")).status, 200);
});
