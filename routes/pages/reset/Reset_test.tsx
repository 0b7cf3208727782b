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
