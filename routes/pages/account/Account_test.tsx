import assert from "node:assert/strict";
import { render } from "../page_fixtures.ts";
import { accountPage } from "./Account.tsx";

Deno.test("the account page says who is signed in and where, and lets them end it all", () => {
  const user = {
    username: "user1",
    email: null,
    firstName: "Ada",
    lastName: null,
    createdAt: Date.UTC(2026, 0, 2),
  };
  const sessions = [
    { id: "s1", userAgent: "curl/8.5.0", ageMs: 1_000, isPresent: true },
    { id: "s2", userAgent: null, ageMs: 3 * 3_600_000, isPresent: false },
  ];
  const props = { user, sessions, passwordLengthMin: 8, passwordLengthMax: 128 };
  const html = render(accountPage(props));
  assert.match(html, /<dd>user1<\/dd>.*<dd>Ada<\/dd>.*2026-01-02/);
  assert.match(html, /<b>curl<\/b>.*This device.*<b>Unknown device<\/b>.*Last used 3 h ago/);
  assert.match(html, /name="session" value="s2"/);
  assert.doesNotMatch(html, /name="session" value="s1"/);
  for (const action of ["end-session", "sign-out-everywhere", "change-password", "delete"]) {
    assert.ok(html.includes(`name="action" value="${action}"`), action);
  }
  assert.doesNotMatch(html, /<script|<details[^>]* open/);
  const wrong = render(accountPage({ ...props, fieldErrors: { password: "Wrong." } }));
  assert.match(wrong, /<details[^>]* open.*id="password-error">Wrong\./);
  assert.match(wrong, /<title>Error: /);
});
