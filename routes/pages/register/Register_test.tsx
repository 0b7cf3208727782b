import assert from "node:assert/strict";
import { render } from "../page_fixtures.ts";
import { registerPage } from "./Register.tsx";

Deno.test("registration leads from the summary to each field and describes it by its error", () => {
  const html = render(registerPage({
    passwordLengthMin: 8,
    passwordLengthMax: 128,
    values: { username: "U!", email: "a@example.org" },
    fieldErrors: { username: "Not a username.", password: "Too short." },
  }));
  assert.match(html, /<a href="#username">Not a username\.<\/a>/);
  assert.match(
    html,
    /autofocus aria-invalid="true" aria-describedby="username-hint username-error"/,
  );
  assert.match(html, /id="password-error">Too short\./);
  assert.match(html, /value="a@example\.org"/);
  for (const name of ["username", "password", "email", "firstName", "lastName"]) {
    assert.ok(html.includes(`name="${name}"`), name);
  }
  for (const purpose of ["username", "new-password", "email", "given-name", "family-name"]) {
    assert.ok(html.includes(`autocomplete="${purpose}"`), purpose);
  }
  assert.match(html, /<title>Error: /);
});
