import assert from "node:assert/strict";
import { bar } from "./list_bar_fixtures.tsx";

Deno.test("a refused name is kept in its open menu, and its field has the focus and points to the reason", () => {
  const html = bar({ refused: { action: "create", form: { name: "a<b" } } });
  assert.match(html, /<details class="menu" name="list-menu" open><summary>New list/);
  assert.match(html, /value="a&lt;b" autofocus aria-invalid="true" aria-describedby="refusal"/);
  assert.match(html, /<details class="menu" name="list-menu"><summary>Edit list/);
});
