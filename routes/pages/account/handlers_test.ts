import assert from "node:assert/strict";
import { createTestApp, password, type TestApp } from "../../app_fixtures.ts";
import {
  assertCookiesGone,
  assertLeadsTo,
  assertRetryAfter,
  cookiesOf,
} from "../../client_fixtures.ts";
import {
  assertErrorPage,
  assertExplains,
  assertFormsGuarded,
  assertUnavailable,
} from "../form_fixtures.ts";

const newPassword = "an even longer one";
const wrong = "not this one";

const send = ({ request }: TestApp, cookie: string, form: Record<string, string>) =>
  request("/account", { form, cookie });

/** A user with two sessions, the second one signed in by the API. */
async function withOtherDevice(app: TestApp) {
  const user = await app.signUp();
  const { json } = await app.request("/api/auth/login", {
    json: { username: user.username, password },
    headers: { "user-agent": "curl/8.5.0" },
  });
  return { ...user, other: String(json.accessToken) };
}

const meStatus = async ({ request }: TestApp, token: string) =>
  (await request("/api/me", { token })).status;

Deno.test("the account's pages lead strangers to the sign-in", async () => {
  await using app = await createTestApp();
  for (const path of ["/account", "/account/export"]) {
    assertLeadsTo(await app.request(path), "/login");
  }
  assertLeadsTo(await send(app, "", { action: "delete", password }), "/login");
});

Deno.test("the page shows the profile, and each device with the present one marked", async () => {
  await using app = await createTestApp();
  const { username, cookie } = await withOtherDevice(app);
  const { status, headers, text } = await app.request("/account", { cookie });
  assert.equal(status, 200);
  assert.equal(headers.get("cache-control"), "no-store");
  assert.ok(text.includes(`<dd>${username}</dd>`));
  assert.match(text, /This device.*<b>curl<\/b>/);
  assert.equal(text.match(/name="session"/g)?.length, 1);
});

Deno.test("the page says what was done that led here", async () => {
  await using app = await createTestApp();
  const { cookie } = await app.signUp();
  const messages = [
    ["password-changed", /Your password is changed\. All other devices/],
    ["session-ended", /That device is signed out\./],
  ] as const;
  for (const [name, message] of messages) {
    const { text } = await app.request(`/account?${name}`, { cookie });
    assert.match(/role="status">([^<]*)/.exec(text)?.[1] ?? "", message);
  }
});

Deno.test("an account that was deleted elsewhere leads to the sign-in, its export is 401", async () => {
  await using app = await createTestApp();
  const { cookie, userId } = await app.signUp();
  await app.deps.store.deleteUser(userId, Date.now());
  assertLeadsTo(await app.request("/account", { cookie }), "/login");
  const headers = { accept: "text/html" };
  const answer = await app.request("/account/export", { cookie, headers });
  assertErrorPage(answer, [401, /That did not work/]);
});

Deno.test("the export is a file for its user alone, and a link that renews an expired sign-in", async () => {
  await using app = await createTestApp();
  const { username, refreshToken } = await app.signUp({ tickers: ["KO"] });
  const cookie = `qb_refresh=${refreshToken}`;
  const answer = await app.request("/account/export", { cookie });
  assert.equal(answer.status, 200);
  assert.equal(
    answer.headers.get("content-disposition"),
    `attachment; filename="quoteboard-${username}.json"`,
  );
  assert.equal(answer.headers.get("cache-control"), "no-store");
  assert.deepEqual(answer.json.watchlists, [{ name: "My watchlist", tickers: ["KO"] }]);
  assert.equal(Object.keys(cookiesOf(answer)).length, 2);
});

Deno.test("signing out ends this session, and its cookies go", async () => {
  await using app = await createTestApp();
  const { cookie, token, other } = await withOtherDevice(app);
  const answer = await send(app, cookie, { action: "sign-out" });
  assertLeadsTo(answer, "/login?signed-out");
  assertCookiesGone(answer);
  assert.deepEqual([await meStatus(app, token), await meStatus(app, other)], [401, 200]);
});

Deno.test("signing out everywhere ends all sessions, and the cookies go", async () => {
  await using app = await createTestApp();
  const { cookie, token, other } = await withOtherDevice(app);
  const answer = await send(app, cookie, { action: "sign-out-everywhere" });
  assertLeadsTo(answer, "/login?signed-out-everywhere");
  assertCookiesGone(answer);
  assert.deepEqual([await meStatus(app, token), await meStatus(app, other)], [401, 401]);
});

Deno.test("another device is signed out by its button; once it is gone, that is 404", async () => {
  await using app = await createTestApp();
  const { cookie, token, other } = await withOtherDevice(app);
  const page = await app.request("/account", { cookie });
  const [, session = ""] = /name="session" value="([^"]*)"/.exec(page.text) ?? [];
  const form = { action: "end-session", session };
  assertLeadsTo(await send(app, cookie, form), "/account?session-ended");
  assert.deepEqual([await meStatus(app, token), await meStatus(app, other)], [200, 401]);
  for (const gone of [form, { action: "end-session" }]) {
    assertExplains(await send(app, cookie, gone), [404, /no such open session/]);
  }
});

Deno.test("a new password ends the other sessions", async () => {
  await using app = await createTestApp();
  const { cookie, token, other, username } = await withOtherDevice(app);
  const form = { action: "change-password", oldPassword: password, newPassword };
  assertLeadsTo(await send(app, cookie, form), "/account?password-changed");
  assert.deepEqual([await meStatus(app, token), await meStatus(app, other)], [200, 401]);
  const login = await app.request("/login", { form: { username, password: newPassword } });
  assertLeadsTo(login, "/watchlist");
});

Deno.test("a weak new password is 400 beside its field", async () => {
  await using app = await createTestApp();
  const { cookie, username } = await app.signUp();
  for (const newPassword of ["short", "password", `${username}!`]) {
    const form = { action: "change-password", oldPassword: password, newPassword };
    const answer = await send(app, cookie, form);
    assertExplains(answer, [400, /href="#newPassword"/]);
    assert.ok(!answer.text.includes(`value="${newPassword}"`));
  }
});

const proofs = [
  { action: "change-password", field: "oldPassword", others: { newPassword } },
  { action: "delete", field: "password", others: {} },
];

for (const { action, field, others } of proofs) {
  const ask = (app: TestApp, cookie: string, given: string) =>
    send(app, cookie, { action, ...others, [field]: given });

  Deno.test(`${action}: a wrong password is 401 beside its field, and nothing changes`, async () => {
    await using app = await createTestApp();
    const { cookie, username, token } = await app.signUp();
    const answer = await ask(app, cookie, wrong);
    assertExplains(answer, [401, new RegExp(`href="#${field}">The present password is wrong`)]);
    assert.ok(!answer.text.includes(wrong));
    assert.equal(await meStatus(app, token), 200);
    assertLeadsTo(await app.request("/login", { form: { username, password } }), "/watchlist");
  });

  Deno.test(`${action}: after 10 failures it is 429, and the page says when to come back`, async () => {
    await using app = await createTestApp();
    const { cookie } = await app.signUp();
    for (let failures = 0; failures < 10; failures++) await ask(app, cookie, wrong);
    const answer = await ask(app, cookie, password);
    assertExplains(answer, [429, /Too many attempts/]);
    assertRetryAfter(answer);
  });

  Deno.test(`${action}: a full queue of passwords is 503`, async () => {
    await using app = await createTestApp();
    const { cookie } = await app.signUp();
    const answer = await app.withFullPasswordQueue(() => ask(app, cookie, password));
    assertExplains(answer, [503, /The service is busy/]);
    assertRetryAfter(answer);
  });
}

Deno.test("a deleted account is gone with its sessions, and its name is free", async () => {
  await using app = await createTestApp();
  const { cookie, username, other } = await withOtherDevice(app);
  const answer = await send(app, cookie, { action: "delete", password });
  assertLeadsTo(answer, "/login?deleted");
  assertCookiesGone(answer);
  assert.equal(await meStatus(app, other), 401);
  const again = await app.request("/register", { form: { username, password } });
  assertLeadsTo(again, "/watchlist");
});

Deno.test("a form with an unknown action is 400", async () => {
  await using app = await createTestApp();
  const { cookie } = await app.signUp();
  for (const form of [{ action: "promote" }, { other: "" }]) {
    assertExplains(await send(app, cookie, form), [400, /could not be understood/]);
  }
});

Deno.test("a store that does not answer is 503", async () => {
  await using app = await createTestApp();
  const { cookie } = await app.signUp();
  for (const path of ["/account", "/account/export"]) {
    await assertUnavailable(app, path, { cookie });
  }
  await assertUnavailable(app, "/account", { form: { action: "sign-out-everywhere" }, cookie });
});

Deno.test("a form of another site, one that is too large and a malformed one are refused", async () => {
  await using app = await createTestApp();
  const { cookie } = await app.signUp();
  await assertFormsGuarded(app, "/account", cookie);
});
