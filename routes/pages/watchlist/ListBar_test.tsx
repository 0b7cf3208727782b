import assert from "node:assert/strict";
import { bar, two } from "./list_bar_fixtures.tsx";

Deno.test("each list is a link by its id, since another may be the first one by now, the shown one marked", () => {
  assert.deepEqual(bar().match(/<a href="[^"]*" (?:aria-current="page" )?title="[^"]*">/g), [
    '<a href="/watchlist?list=l1" title="First">',
    '<a href="/watchlist?list=l2" aria-current="page" title="Second">',
  ]);
});

Deno.test("an only list has no tabs, cannot be moved and cannot be deleted", () => {
  const html = bar({ lists: two.slice(0, 1), shown: two[0]! });
  assert.doesNotMatch(html, /<nav|value="move"|value="delete"/);
  for (const action of ["create", "rename", "import"]) assert.match(html, valueOf(action));
});

Deno.test("every form says which list it is for, and a deletion is asked about first", () => {
  const html = bar();
  const targets = html.match(/<form method="post" action="[^"]*"/g) ?? [];
  assert.equal(targets.length, 5);
  for (const target of targets) assert.match(target, /action="\/watchlist\?list=l2"$/);
  const [, confirmation = ""] = html.split("Delete this list</summary>");
  assert.match(confirmation, /Delete “<bdi>Second<\/bdi>” .*cannot be undone.*value="delete"/);
});

Deno.test("the bar notes its lists in the very form in which the script compares them", () => {
  const note = bar().match(/data-lists="([^"]*)"/)?.[1]?.replaceAll("&quot;", '"');
  assert.equal(note, JSON.stringify(two));
});

Deno.test("names stand on the page as text", () => {
  const name = `"><script>fuzz()</script>`;
  const html = bar({ lists: [{ id: "l1", name }, two[1]!], shown: { id: "l1", name } });
  assert.doesNotMatch(html, /<script|title="">/);
});

function valueOf(action: string): RegExp {
  return new RegExp(`name="action" value="${action}"`);
}

Deno.test("one menu is open at a time, and none until it is asked for", () => {
  const html = bar();
  assert.equal(html.match(/<details class="menu" name="list-menu">/g)?.length, 2);
  assert.doesNotMatch(html, /<details[^>]* open/);
});
