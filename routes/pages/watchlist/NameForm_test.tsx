import assert from "node:assert/strict";
import { bar } from "./list_bar_fixtures.tsx";

Deno.test("a refused name is kept in its open menu, and its field has the focus and points to the reason", () => {
  const html = bar({ refused: { action: "create", form: { name: "a<b" } } });
  assert.match(html, /<details class="menu" name="list-menu" open><summary>New list/);
  assert.match(html, /value="a&lt;b" autofocus aria-invalid="true" aria-describedby="refusal"/);
  assert.match(html, /<details class="menu" name="list-menu"><summary>Edit list/);
});

Deno.test("the field to rename holds the present name, the field of a new list is empty", () => {
  const html = bar();
  assert.match(
    html,
    /<label for="rename-name">Name<\/label>.*id="rename-name"[^>]* value="Second"/,
  );
  assert.match(html, /<label for="create-name">Name of the new list<\/label>/);
  assert.doesNotMatch(html, /id="create-name"[^>]* value=/);
});

Deno.test("the browser itself requires a name and bounds its length", () => {
  for (const [field] of bar().matchAll(/<input id="(?:create|rename)-name"[^>]*>/g)) {
    assert.match(field, / required/);
    assert.match(field, / maxlength="60"/);
  }
});

Deno.test("a refused rename keeps what was typed, not what the list is called", () => {
  const html = bar({ refused: { action: "rename", form: { name: "a<b" } } });
  assert.match(html, /id="rename-name"[^>]* value="a&lt;b"[^>]* autofocus/);
  assert.doesNotMatch(html, /value="Second"/);
});
