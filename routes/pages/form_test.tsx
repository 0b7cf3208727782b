import assert from "node:assert/strict";
import { renderToString } from "preact-render-to-string";
import { ErrorSummary, Field, type FieldProps, UsernameOfForm } from "./form.tsx";

function field(props: Partial<FieldProps> = {}): string {
  return renderToString(<Field name="email" label="Email" autocomplete="email" {...props} />);
}

Deno.test("a field has a label of its own, and says if it may be left out", () => {
  assert.match(field(), /<label for="email">Email<span class="optional">optional<\/span>/);
  assert.match(field({ required: true }), /<label for="email">Email<\/label>/);
  assert.match(field({ required: true }), /<input [^>]*id="email" name="email"[^>]* required/);
});

Deno.test("a field is described by its hint and then by its fault, which takes the focus", () => {
  const plain = field({ hint: "Ours stays ours." });
  assert.match(plain, /<p class="hint" id="email-hint">Ours stays ours\./);
  assert.match(plain, /aria-describedby="email-hint"/);
  assert.doesNotMatch(plain, /aria-invalid|autofocus/);
  const faulty = field({ hint: "Ours stays ours.", error: "Not an address." });
  assert.match(faulty, /autofocus aria-invalid="true" aria-describedby="email-hint email-error"/);
  assert.match(faulty, /<p class="field-error" id="email-error">Not an address\./);
});

Deno.test("what was typed comes back, but never a password", () => {
  assert.match(field({ value: 'a"<' }), /value="a&quot;&lt;"/);
  assert.match(field({ type: "email", value: "a@b" }), /<input type="email" value="a@b"/);
  assert.doesNotMatch(field({ type: "password", value: "secret" }), /secret/);
});

Deno.test("a username is typed as it is: no capital, no spelling", () => {
  const username = field({ name: "username" });
  assert.match(username, /autocapitalize="none"/);
  assert.match(username, /spellcheck="false"/);
  assert.doesNotMatch(field({ name: "firstName" }), /autocapitalize/);
});

Deno.test("the bounds of a field are the browser's to check first", () => {
  assert.match(field({ minLength: 3, maxLength: 32 }), /minlength="3" maxlength="32"/);
});

Deno.test("the username beside a password is for password managers, not for people", () => {
  const html = renderToString(<UsernameOfForm username="ann" />);
  for (const part of ['value="ann"', 'autocomplete="username"', "readonly", "hidden"]) {
    assert.ok(html.includes(part), part);
  }
});

Deno.test("the summary says the fault of the form, and leads to the field of each other", () => {
  const html = renderToString(
    <ErrorSummary
      error="The name is taken."
      fields={[{ name: "email", error: "Not an address." }, { name: "name", error: undefined }]}
    />,
  );
  assert.match(html, /^<div class="notice notice-error" role="alert"><p>The name is taken\.<\/p>/);
  assert.deepEqual(html.match(/<a [^>]*>[^<]*/g), ['<a href="#email">Not an address.']);
});

Deno.test("a form without a fault has no summary", () => {
  assert.equal(renderToString(<ErrorSummary />), "");
  assert.equal(renderToString(<ErrorSummary fields={[{ name: "email", error: undefined }]} />), "");
});
