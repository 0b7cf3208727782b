import assert from "node:assert/strict";
import { createTestApp } from "../../app_fixtures.ts";
import { assertRetryAfter } from "../../client_fixtures.ts";
import { assertErrorPage } from "../form_fixtures.ts";

const headers = { accept: "text/html" };

Deno.test("a page that cannot be shown leads a stranger to the start page", async () => {
  await using app = await createTestApp();
  const answer = await app.request("/nothing", { headers });
  assertErrorPage(answer, [404, /Page not found/]);
  assert.equal(answer.headers.get("cache-control"), "no-store");
  assert.match(answer.text, /<a class="button" href="\/">/);
});

Deno.test("it knows its user even where no page is, and without the store", async () => {
  await using app = await createTestApp();
  const { cookie } = await app.signUp();
  const answer = await app.withoutStore(() => app.request("/nothing", { headers, cookie }));
  assertErrorPage(answer, [404, /Page not found/]);
  assert.match(answer.text, /<a class="button" href="\/watchlist">/);
});

Deno.test("it carries the headers of what it explains", async () => {
  await using app = await createTestApp();
  const refused = await app.request("/healthz", { method: "POST", headers });
  assertErrorPage(refused, [405, /That did not work/]);
  assert.equal(refused.headers.get("allow"), "GET, HEAD");
  const { cookie } = await app.signUp();
  const away = await app.withoutStore(() => app.request("/account", { headers, cookie }));
  assertErrorPage(away, [503, /Something went wrong/]);
  assertRetryAfter(away);
});
