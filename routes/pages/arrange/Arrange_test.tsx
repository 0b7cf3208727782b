import assert from "node:assert/strict";
import { render } from "../page_fixtures.ts";
import { arrangePage } from "./Arrange.tsx";

const list = { id: "l1", name: "Chips & <co>" };
const rows = [{ ticker: "AMD", name: "AMD <Inc.>" }, { ticker: "NVDA", name: "NVIDIA" }];

Deno.test("each stock can be moved without JavaScript, the outermost no further out", () => {
  const html = render(arrangePage({ list, rows }));
  assert.match(html, /<title>Order of Chips &amp; &lt;co>/);
  assert.match(html, /<form method="post" action="\/watchlist\/arrange\?list=l1">/);
  assert.ok(html.indexOf('id="AMD"') < html.indexOf('id="NVDA"'));
  const places = [
    ...html.matchAll(/value="(\w+ \d)"[^>]*aria-label="Move [^"]*"( aria-disabled)?/g),
  ]
    .map(([, place, isDisabled]) => `${place}${isDisabled ? ", disabled" : ""}`);
  assert.deepEqual(places, [
    "AMD 0, disabled",
    "AMD 0, disabled",
    "AMD 1",
    "NVDA 0",
    "NVDA 0",
    "NVDA 2, disabled",
  ]);
});

Deno.test("the page leads back to its list, and loads the script for dragging", () => {
  const html = render(arrangePage({ list, rows }));
  assert.match(html, /<a class="button" href="\/watchlist\?list=l1">Done/);
  assert.match(html, /<div data-island="Arrange" data-load="page">/);
});

Deno.test("a refused move is said at once", () => {
  const html = render(arrangePage({ list, rows, refused: "Not on the list." }));
  assert.match(html, /role="alert">Not on the list\./);
  assert.doesNotMatch(render(arrangePage({ list, rows })), /notice-error/);
});

Deno.test("a list without stocks says so", () => {
  assert.match(render(arrangePage({ list, rows: [] })), /no stocks on this list yet/);
});
