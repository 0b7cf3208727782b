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

const bounds = { passwordLengthMin: 8, passwordLengthMax: 128 };

Deno.test("an untouched form has no fault, and asks for a username and a password alone", () => {
  const html = render(registerPage(bounds));
  assert.match(html, /<title>Create account ·/);
  assert.doesNotMatch(html, /role="alert"|aria-invalid/);
  assert.deepEqual([...html.matchAll(/ name="(\w+)"[^>]* required/g)].map(([, name]) => name), [
    "username",
    "password",
  ]);
  assert.match(html, /id="password-hint">At least 8 characters\./);
  assert.match(html, /minlength="8" maxlength="128"/);
});

Deno.test("a fault that belongs to no field stands above the form, which keeps what was typed", () => {
  const html = render(
    registerPage({ ...bounds, values: { username: "ann" }, error: "Too many attempts." }),
  );
  assert.match(html, /<title>Error: .*role="alert"><p>Too many attempts\./);
  assert.ok(html.includes('value="ann"'));
});
