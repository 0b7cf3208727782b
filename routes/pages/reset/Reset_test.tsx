import assert from "node:assert/strict";
import { render } from "../page_fixtures.ts";
import { resetPage } from "./Reset.tsx";

Deno.test("a reset link's page asks for a new password, a useless link's page asks for none", () => {
  const bounds = { passwordLengthMin: 8, passwordLengthMax: 128 };
  const html = render(resetPage({ username: "user1", token: `t"1`, ...bounds }));
  assert.match(html, /<input type="hidden" name="token" value="t&quot;1"/);
  assert.match(html, /autocomplete="new-password"/);
  const useless = render(resetPage({ username: undefined, token: `t"1`, ...bounds }));
  assert.match(useless, /does not work any more/);
  assert.doesNotMatch(useless, /<form method="post" action="\/reset"|t&quot;1/);
});

const props = {
  username: "user1",
  token: "t1",
  passwordLengthMin: 8,
  passwordLengthMax: 128,
};

Deno.test("a refused password is a fault of its field, a busy service one of the form", () => {
  const weak = render(resetPage({ ...props, passwordError: "Use at least 8." }));
  assert.match(weak, /<title>Error: New password.*<a href="#newPassword">Use at least 8\./);
  assert.match(weak, /id="newPassword-error">Use at least 8\./);
  const busy = render(resetPage({ ...props, error: "The service is busy." }));
  assert.match(busy, /<title>Error: New password.*role="alert"><p>The service is busy\./);
  for (const html of [weak, busy]) assert.match(html, /name="token" value="t1"/);
});

Deno.test("the page says whose password it is, to people and to password managers", () => {
  const html = render(resetPage({ ...props, username: "a<b" }));
  assert.match(html, /For the account <b>a&lt;b<\/b>/);
  assert.match(html, /name="username" value="a&lt;b" autocomplete="username"/);
});
