import assert from "node:assert/strict";
import { issueResetToken } from "../../../lib/auth/password_reset.ts";
import { parseUsername } from "../../../lib/identity.ts";
import { createTestApp, password, type TestApp } from "../../app_fixtures.ts";
import { assertCookiesGone, assertLeadsTo, assertRetryAfter } from "../../client_fixtures.ts";
import { assertExplains, assertFormsGuarded, assertUnavailable } from "../form_fixtures.ts";

const newPassword = "an even longer one";

/** A user and the token of a link for them. */
async function withLink({ signUp, deps }: TestApp) {
  const user = await signUp();
  const username = parseUsername(user.username);
  const token = username && await issueResetToken(username, deps);
  assert.ok(token);
  return { ...user, resetToken: token };
}

const reset = ({ request }: TestApp, form: Record<string, string>, cookie = "") =>
  request("/reset", { form, cookie });

Deno.test("a link's page asks its holder for a new password, and no site learns the link", async () => {
  await using app = await createTestApp();
  const { resetToken, username } = await withLink(app);
  const { status, headers, text } = await app.request(`/reset?token=${resetToken}`);
  assert.equal(status, 200);
  assert.ok(text.includes(`<b>${username}</b>`));
  assert.equal(headers.get("referrer-policy"), "strict-origin");
  assert.equal(headers.get("cache-control"), "no-store");
});

Deno.test("a link without a token, or with a wrong token, is 410", async () => {
  await using app = await createTestApp();
  const { resetToken } = await withLink(app);
  for (const query of ["", "?token=", "?token=none", `?token=${resetToken}x`]) {
    const { status, text } = await app.request(`/reset${query}`);
    assert.equal(status, 410, query);
    assert.match(text, /does not work any more/);
  }
});

Deno.test("a new password ends all sessions and leads to the sign-in; then the link is 410", async () => {
  await using app = await createTestApp();
  const { resetToken, username, cookie, token } = await withLink(app);
  const form = { token: resetToken, newPassword };
  const answer = await reset(app, form, cookie);
  assertLeadsTo(answer, "/login?password-reset");
  assertCookiesGone(answer);
  assert.equal((await app.request("/api/me", { token })).status, 401);
  const login = (password: string) =>
    app.request("/api/auth/login", { json: { username, password } });
  assert.equal((await login(newPassword)).status, 200);
  assert.equal((await login(password)).status, 401);
  assert.equal((await reset(app, form)).status, 410);
});

Deno.test("a weak password is 400 beside its field, and the link still works", async () => {
  await using app = await createTestApp();
  const { resetToken, username } = await withLink(app);
  for (const weak of ["", "short", "password", `${username}!`]) {
    const answer = await reset(app, { token: resetToken, newPassword: weak });
    assertExplains(answer, [400, /href="#newPassword"/]);
    assert.match(answer.text, /id="newPassword-error">/);
    assert.ok(answer.text.includes(resetToken));
  }
  assertLeadsTo(await reset(app, { token: resetToken, newPassword }), "/login?password-reset");
});

Deno.test("a form without a good token is 410, whatever the password", async () => {
  await using app = await createTestApp();
  for (const form of [{ newPassword }, { token: "none", newPassword: "short" }]) {
    assert.equal((await reset(app, form)).status, 410);
  }
});

Deno.test("a full queue of passwords is 503, and the link still works", async () => {
  await using app = await createTestApp();
  const { resetToken } = await withLink(app);
  const form = { token: resetToken, newPassword };
  const answer = await app.withFullPasswordQueue(() => reset(app, form));
  assertExplains(answer, [503, /The service is busy/]);
  assertRetryAfter(answer);
  assertLeadsTo(await reset(app, form), "/login?password-reset");
});

Deno.test("a store that does not answer is 503, not a link that does not work", async () => {
  await using app = await createTestApp();
  const { resetToken } = await withLink(app);
  await assertUnavailable(app, `/reset?token=${resetToken}`, {});
  await assertUnavailable(app, "/reset", { form: { token: resetToken, newPassword } });
});

Deno.test("a form of another site, one that is too large and a malformed one are refused", async () => {
  await using app = await createTestApp();
  await assertFormsGuarded(app, "/reset");
});
