import assert from "node:assert/strict";
import { issueInvite } from "../../../lib/auth/invites.ts";
import { createTestApp, password, type TestApp } from "../../app_fixtures.ts";
import { assertLeadsTo, assertRetryAfter, cookiesOf } from "../../client_fixtures.ts";
import { assertExplains, assertFormsGuarded, assertUnavailable } from "../form_fixtures.ts";

const newcomer = { username: "newcomer", password, email: "", firstName: "", lastName: "" };

const register = ({ request }: TestApp, form: Record<string, string>) =>
  request("/register", { form: { ...newcomer, ...form } });

Deno.test("registration is for strangers; a signed-in user goes on to the watchlist", async () => {
  await using app = await createTestApp();
  const { status, text } = await app.request("/register");
  assert.equal(status, 200);
  assert.match(text, /<h1>Create account<\/h1>/);
  assert.doesNotMatch(text, /role="alert"/);
  const { cookie } = await app.signUp();
  assertLeadsTo(await app.request("/register", { cookie }), "/watchlist");
});

Deno.test("a new account is signed in; fields left empty are left out", async () => {
  await using app = await createTestApp();
  const answer = await register(app, { username: "New.Comer", firstName: " Ann " });
  assertLeadsTo(answer, "/watchlist");
  const cookie = `qb_access=${cookiesOf(answer).qb_access?.split(";")[0]}`;
  const { json } = await app.request("/api/me", { cookie });
  assert.deepEqual(
    [json.username, json.email, json.firstName, json.lastName],
    ["new.comer", null, "Ann", null],
  );
});

Deno.test("faults are 400, all at once, each beside its field; what was typed stays", async () => {
  await using app = await createTestApp();
  const answer = await register(app, {
    username: "U!",
    password: "short",
    email: "nonsense",
    firstName: "Ann",
  });
  assertExplains(answer, [400, /href="#username".*href="#password".*href="#email"/]);
  assert.match(answer.text, /id="username-error">Use 3 to 32/);
  assert.match(answer.text, /id="password-error">Use at least 8/);
  assert.match(answer.text, /id="email-error">This is not an email address/);
  for (const value of ["U!", "nonsense", "Ann"]) {
    assert.ok(answer.text.includes(`value="${value}"`));
  }
  assert.ok(!answer.text.includes("short"));
  assert.deepEqual(cookiesOf(answer), {});
});

Deno.test("a form without its fields is 400", async () => {
  await using app = await createTestApp();
  const answer = await app.request("/register", { form: { other: "" } });
  assertExplains(answer, [400, /href="#username".*href="#password"/]);
});

Deno.test("a password that is too easy to guess is 400 beside its field", async () => {
  await using app = await createTestApp();
  for (const weak of ["password", "newcomer1"]) {
    const answer = await register(app, { password: weak });
    assertExplains(answer, [400, /href="#password">[^<]*choose another/]);
  }
});

Deno.test("a taken username is 409 beside its field", async () => {
  await using app = await createTestApp();
  const { username } = await app.signUp();
  const answer = await register(app, { username, password: "another horse" });
  assertExplains(answer, [409, /href="#username">That username is taken/]);
  assert.match(answer.text, /id="username-error">That username is taken/);
});

Deno.test("past the registrations of an hour it is 429, and the page says when to come back", async () => {
  await using app = await createTestApp({ auth: { registrationsPerHour: 1 } });
  await app.signUp();
  const answer = await register(app, {});
  assertExplains(answer, [429, /Too many attempts/]);
  assertRetryAfter(answer);
});

Deno.test("a full queue of passwords is 503 with the form to send again", async () => {
  await using app = await createTestApp();
  const answer = await app.withFullPasswordQueue(() => register(app, {}));
  assertExplains(answer, [503, /The service is busy/]);
  assertRetryAfter(answer);
  assert.match(answer.text, /value="newcomer"/);
});

Deno.test("a store that does not answer is 503", async () => {
  await using app = await createTestApp();
  await assertUnavailable(app, "/register", { form: newcomer });
});

Deno.test("a form of another site, one that is too large and a malformed one are refused", async () => {
  await using app = await createTestApp();
  await assertFormsGuarded(app, "/register");
});

function createAppWith(registration: "closed" | "invite") {
  return createTestApp({ config: { registration }, auth: { registration } });
}

Deno.test("where registration is closed, the page says so with 403, a form too, and no page links to it", async () => {
  await using app = await createAppWith("closed");
  for (const answer of [await app.request("/register"), await register(app, {})]) {
    assert.equal(answer.status, 403);
    assert.match(answer.text, /New accounts are not taken here/);
    assert.doesNotMatch(answer.text, /<form/);
  }
  for (const path of ["/", "/login", "/register"]) {
    assert.doesNotMatch((await app.request(path)).text, /href="\/register"/, path);
  }
});

Deno.test("an invitation's link opens the form, which creates one account; then and without one the page explains", async () => {
  await using app = await createAppWith("invite");
  const { store, clock } = app.deps;
  const invite = await issueInvite({ store, clock });
  const path = `/register?invite=${invite}`;
  const { status, text, headers } = await app.request(path);
  assert.equal(status, 200);
  assert.ok(text.includes(`name="invite" value="${invite}"`));
  assert.equal(headers.get("referrer-policy"), "strict-origin");
  const weak = await register(app, { invite, password: "short" });
  assert.equal(weak.status, 400);
  assert.ok(weak.text.includes(`name="invite" value="${invite}"`));
  assertLeadsTo(await register(app, { invite }), "/watchlist");
  for (
    const answer of [
      await app.request(path),
      await app.request("/register"),
      await register(app, { invite, username: "another" }),
    ]
  ) {
    assert.equal(answer.status, 403);
    assert.match(answer.text, /An account needs an invitation/);
  }
  assert.doesNotMatch((await app.request("/login")).text, /href="\/register"/);
});
