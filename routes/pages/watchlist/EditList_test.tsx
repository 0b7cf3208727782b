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

Deno.test("the order of the stocks has a page of its own, that of the shown list", () => {
  assert.match(bar(), /<a href="\/watchlist\/arrange\?list=l2">Change their order/);
});

Deno.test("an import takes text or a file, and says what it reads", () => {
  const html = bar();
  assert.match(html, /<form [^>]*enctype="multipart\/form-data">/i);
  assert.match(html, /<textarea [^>]*aria-describedby="import-hint"/);
  assert.match(html, /<input id="import-file" name="file" type="file" accept="\.txt,\.csv/);
});

Deno.test("the position of a list among the others is written out", () => {
  assert.match(bar(), /Place 2 of 2/);
  assert.match(bar({ shown: two[0]! }), /Place 1 of 2/);
});
