import assert from "node:assert/strict";
import { renderToString } from "preact-render-to-string";
import { ImportReport } from "./ImportReport.tsx";
import { ListBar, type ListBarProps } from "./ListBar.tsx";

const two = [{ id: "l1", name: "First" }, { id: "l2", name: "Second" }];

function bar(props: Partial<ListBarProps> = {}): string {
  return renderToString(
    <ListBar lists={two} shown={{ id: "l2", name: "Second" }} {...props} />,
  );
}

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

Deno.test("the bar notes its lists in the very form in which the script compares them", () => {
  const note = bar().match(/data-lists="([^"]*)"/)?.[1]?.replaceAll("&quot;", '"');
  assert.equal(note, JSON.stringify(two));
});

Deno.test("names stand on the page as text", () => {
  const name = `"><script>fuzz()</script>`;
  const html = bar({ lists: [{ id: "l1", name }, two[1]!], shown: { id: "l1", name } });
  assert.doesNotMatch(html, /<script|title="">/);
});

Deno.test("a refused name is kept in its open menu, and its field has the focus and points to the reason", () => {
  const html = bar({ refused: { action: "create", form: { name: "a<b" } } });
  assert.match(html, /<details class="menu" name="list-menu" open><summary>New list/);
  assert.match(html, /value="a&lt;b" autofocus aria-invalid="true" aria-describedby="refusal"/);
  assert.match(html, /<details class="menu" name="list-menu"><summary>Edit list/);
});

Deno.test("a refused import keeps its text, and the focus is there", () => {
  const html = bar({ refused: { action: "import", form: { text: "KO\nT" } } });
  assert.match(html, /<textarea [^>]*autofocus aria-describedby="refusal"/);
  assert.match(html, /open><summary>Edit list/);
  assert.match(html, /<textarea [^>]*>KO\nT<\/textarea>/);
});

Deno.test("an import's report tells of each line, and how many are left off", () => {
  const line = { line: 1, text: "<b>", ticker: null, outcome: "invalid" } as const;
  const html = renderToString(<ImportReport added={1} report={[line]} leftOff={7} />);
  assert.match(html, /1 stock added/);
  assert.match(html, /<td>&lt;b><\/td><td>Not a ticker<\/td>/);
  assert.match(html, /7 more are not shown/);
  const empty = renderToString(<ImportReport added={0} report={[]} leftOff={0} />);
  assert.match(empty, /nothing new.*There was no ticker/);
});

function valueOf(action: string): RegExp {
  return new RegExp(`name="action" value="${action}"`);
}
