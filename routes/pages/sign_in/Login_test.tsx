import assert from "node:assert/strict";
import { render } from "../page_fixtures.ts";
import { loginPage } from "./Login.tsx";

Deno.test("a failed sign-in keeps the username, tells why, and never the password", () => {
  const html = render(loginPage({ username: `u"1`, error: "Wrong." }));
  assert.match(html, /value="u&quot;1"/);
  assert.match(html, /role="alert"><p>Wrong\./);
  assert.match(html, /<input type="password" [^>]*autocomplete="current-password"/);
  assert.doesNotMatch(html, /<input type="password"[^>]*value=/);
  assert.doesNotMatch(html, /<script/);
});

Deno.test("the first field has the focus, and the page links to the registration", () => {
  const html = render(loginPage({}));
  assert.match(html, /<title>Sign in ·/);
  assert.match(html, /<input type="text"[^>]*id="username"[^>]* autofocus/);
  assert.match(html, /<a href="\/register">Create an account/);
  assert.doesNotMatch(html, /role="alert"|role="status"/);
});

Deno.test("after a failure the password has the focus, and the title begins with Error", () => {
  const html = render(loginPage({ username: "ann", error: "Wrong." }));
  assert.match(html, /<title>Error: Sign in/);
  assert.match(html, /<input type="password"[^>]* autofocus/);
  assert.doesNotMatch(html, /<input type="text"[^>]* autofocus/);
});

Deno.test("the message after a sign-out is a status, not an alert", () => {
  assert.match(render(loginPage({ message: "You are signed out." })), /role="status">You are/);
});
