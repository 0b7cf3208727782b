import assert from "node:assert/strict";
import { createTestApp, password, type TestApp } from "../../app_fixtures.ts";
import { assertLeadsTo, assertRetryAfter, cookiesOf } from "../../client_fixtures.ts";
import { assertExplains, assertFormsGuarded, assertUnavailable } from "../form_fixtures.ts";

const wrong = "not this one";

const signIn = ({ request }: TestApp, form: Record<string, string>) => request("/login", { form });

Deno.test("the sign-in page is for strangers; a signed-in user goes on to the watchlist", async () => {
  await using app = await createTestApp();
  const { status, text } = await app.request("/login");
  assert.equal(status, 200);
  assert.match(text, /<h1>Sign in<\/h1>/);
  const { cookie } = await app.signUp();
  assertLeadsTo(await app.request("/login", { cookie }), "/watchlist");
});

Deno.test("the page says what was done that led here", async () => {
  await using app = await createTestApp();
  const messages = [
    ["signed-out", /You are signed out\./],
    ["signed-out-everywhere", /signed out on all devices/],
    ["password-reset", /Your password is changed/],
    ["deleted", /Your account .* is deleted/],
  ] as const;
  for (const [name, message] of messages) {
    const [, status] = /role="status">([^<]*)/.exec(
      (await app.request(`/login?${name}`)).text,
    ) ?? [];
    assert.match(status ?? "", message);
  }
  assert.doesNotMatch((await app.request("/login?other")).text, /role="status"/);
});

Deno.test("the right password leads to the watchlist, with both cookies", async () => {
  await using app = await createTestApp();
  const { username } = await app.signUp();
  const answer = await signIn(app, { username: ` ${username.toUpperCase()} `, password });
  assertLeadsTo(answer, "/watchlist");
  const cookies = cookiesOf(answer);
  assert.deepEqual(Object.keys(cookies), ["qb_access", "qb_refresh"]);
  const cookie = `qb_access=${cookies.qb_access?.split(";")[0]}`;
  assert.equal((await app.request("/watchlist", { cookie })).status, 200);
});

Deno.test("a wrong password is 401: the username stays in its field, the password does not", async () => {
  await using app = await createTestApp();
  const { username } = await app.signUp();
  const answer = await signIn(app, { username, password: wrong });
  assertExplains(answer, [401, /The username or the password is wrong/]);
  assert.ok(answer.text.includes(`value="${username}"`));
  assert.ok(!answer.text.includes(wrong));
  assert.deepEqual(cookiesOf(answer), {});
});

Deno.test("a form without its fields is 401 like any wrong sign-in", async () => {
  await using app = await createTestApp();
  assertExplains(await signIn(app, { other: "" }), [401, /is wrong/]);
});

Deno.test("after 10 failures it is 429, and the page says when to come back", async () => {
  await using app = await createTestApp();
  const { username } = await app.signUp();
  for (let failures = 0; failures < 10; failures++) {
    await signIn(app, { username, password: wrong });
  }
  const answer = await signIn(app, { username, password });
  assertExplains(answer, [429, /Too many attempts/]);
  assertRetryAfter(answer);
});

Deno.test("a full queue of passwords is 503 with the form to send again", async () => {
  await using app = await createTestApp();
  const { username } = await app.signUp();
  const answer = await app.withFullPasswordQueue(() => signIn(app, { username, password }));
  assertExplains(answer, [503, /The service is busy/]);
  assertRetryAfter(answer);
  assert.ok(answer.text.includes(`value="${username}"`));
});

Deno.test("a store that does not answer is 503", async () => {
  await using app = await createTestApp();
  await assertUnavailable(app, "/login", { form: { username: "someone", password } });
});

Deno.test("a form of another site, one that is too large and a malformed one are refused", async () => {
  await using app = await createTestApp();
  await assertFormsGuarded(app, "/login");
});
