import assert from "node:assert/strict";
import { bar, two } from "./list_bar_fixtures.tsx";

Deno.test("the outermost lists cannot be moved further out", () => {
  assert.match(bar(), /value="0"[^>]*>← Left/);
  assert.match(bar(), /value="2"[^>]*disabled[^>]*>Right →/);
  assert.match(bar({ shown: two[0]! }), /disabled[^>]*>← Left/);
});

Deno.test("a link to a file may end elsewhere, as at the sign-in, which is then shown and not saved", () => {
  const links = bar().match(/<a href="[^"]*export=[^>]*>/g) ?? [];
  assert.equal(links.length, 3);
  for (const link of links) assert.doesNotMatch(link, /download/);
});

Deno.test("a refused import keeps its text, and the focus is there", () => {
  const html = bar({ refused: { action: "import", form: { text: "KO\nT" } } });
  assert.match(html, /<textarea [^>]*autofocus aria-describedby="refusal"/);
  assert.match(html, /open><summary>Edit list/);
  assert.match(html, /<textarea [^>]*>KO\nT<\/textarea>/);
});
