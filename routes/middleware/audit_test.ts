import assert from "node:assert/strict";
import { createTestApp, password } from "../app_fixtures.ts";
import type { TestRequest } from "../client_fixtures.ts";
import { createKeptLog } from "./log_fixtures.ts";

async function audited() {
  const { log, lines } = createKeptLog();
  const app = await createTestApp({ log, config: { trustedProxies: 1 } });
  const headers = { "x-forwarded-for": "192.0.2.7" };
  const entries = () => lines.map(({ members }) => members).filter(({ audit }) => audit);
  return {
    app,
    entries,
    lines,
    send: (path: string, request: TestRequest = {}) =>
      app.request(path, { ...request, headers: { ...headers, ...request.headers } }),
    /** What was logged since the last call: event, reason and whether the user is known. */
    events: (() => {
      let read = 0;
      return () => {
        const news = entries().slice(read);
        read += news.length;
        return news.map(({ event, reason }) => reason ? `${event}: ${reason}` : event);
      };
    })(),
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
}

Deno.test("what happens to an account is logged with who, from where, and by which route, over the API", async () => {
  await using kept = await audited();
  const { send, events, entries } = kept;
  const json = { username: "ann", password };
  const { json: { accessToken: token, user } } = await send("/api/auth/register", { json });
  assert.deepEqual(entries(), [{
    audit: true,
    event: "register",
    userId: user.id,
    address: "192.0.2.7",
    route: "POST /api/auth/register",
  }]);
  await send("/api/auth/register", { json });
  await send("/api/auth/login", { json });
  await send("/api/auth/login", { json: { ...json, password: "wrong horse" } });
  const change = { oldPassword: "wrong horse", newPassword: "another horse" };
  await send("/api/account/password", { json: change, token });
  await send("/api/account/password", { json: { ...change, oldPassword: password }, token });
  await send("/api/account", { method: "DELETE", json: { password }, token });
  const { json: { accessToken: other } } = await send("/api/auth/login", {
    json: { ...json, password: "another horse" },
  });
  await send("/api/auth/logout", { method: "POST", token: other });
  await send("/api/sessions", { method: "DELETE", token });
  assert.deepEqual(events(), [
    "register",
    "register_failed: username_taken",
    "sign_in",
    "sign_in_failed: invalid_credentials",
    "password_change_failed: invalid_credentials",
    "password_changed",
    "account_deletion_failed: invalid_credentials",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
  ]);
  const known = entries().filter(({ userId }) => userId === user.id);
  assert.equal(known.length, 8, "all but those of a stranger");
});

Deno.test("forms are logged like the API", async () => {
  await using kept = await audited();
  const { send, events, app } = kept;
  const { cookie, username } = await app.signUp();
  events();
  await send("/login", { form: { username, password } });
  await send("/login", { form: { username, password: "wrong horse" } });
  await send("/register", { form: { username: "ben", password } });
  await send("/register", { form: { username: "ben", password } });
  await send("/reset", { form: { token: "none", newPassword: "another horse" } });
  await send("/account", { form: { action: "sign-out" }, cookie });
  assert.deepEqual(events(), [
    "sign_in",
    "sign_in_failed: invalid_credentials",
    "register",
    "sign_in",
    "password_reset_failed: invalid_reset",
    "sign_out",
  ]);
});

Deno.test("a flood of refusals is one line a minute for each reason and address", async () => {
  await using kept = await audited();
  const { send, events } = kept;
  const json = { username: "nobody", password: "wrong horse" };
  const foreign = { origin: "https://evil.example" };
  for (let count = 0; count < 13; count++) await send("/api/auth/login", { json });
  for (let count = 0; count < 3; count++) {
    await send("/api/auth/login", { json, headers: foreign });
    await send("/api/auth/login", {
      json,
      headers: { "x-forwarded-for": "192.0.2.8", ...foreign },
    });
  }
  assert.deepEqual(events().slice(10), [
    "refused: rate_limited",
    "refused: forbidden_origin",
    "refused: forbidden_origin",
  ]);
});

Deno.test("no audit line has a password, a token, or a typed name that can be no username", async () => {
  await using kept = await audited();
  const { send, entries } = kept;
  await send("/api/auth/login", { json: { username: "My Secret!", password: "secret horse" } });
  await send("/login", { form: { username: "x".repeat(33), password: "secret horse" } });
  await send("/reset?token=secret", { form: { token: "secret", newPassword: "secret horse" } });
  await send("/api/auth/login", { json: { username: " ANN ", password: "secret horse" } });
  const long = { "x-forwarded-for": "x".repeat(1_000) };
  await send(`/api/auth/login/${"y".repeat(1_000)}`, { json: {}, headers: long });
  await send("/api/auth/logout", {
    method: "POST",
    headers: { ...long, origin: "https://evil.example" },
  });
  const last = entries().at(-1)!;
  assert.equal(last.event, "refused");
  assert.equal(String(last.address).length, 64);
  assert.deepEqual(entries().slice(0, 4).map(({ username }) => username), [
    undefined,
    undefined,
    undefined,
    "ann",
  ]);
  assert.doesNotMatch(JSON.stringify(entries().slice(0, 4)), /secret|xxx/i);
});
