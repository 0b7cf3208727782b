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
