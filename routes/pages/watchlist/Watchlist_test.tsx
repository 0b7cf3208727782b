import assert from "node:assert/strict";
import type { FullQuote } from "../../../lib/protocol.ts";
import { render, row } from "../page_fixtures.ts";
import { watchlistPage, type WatchlistPageProps } from "./Watchlist.tsx";

function watchlist(
  rows: { ticker: string; name: string; quote: FullQuote | null }[],
  more: Partial<WatchlistPageProps> = {},
): string {
  const tickers = rows.map(({ ticker }) => ticker);
  return render(watchlistPage({
    lists: [{ id: "l1", name: "My watchlist" }],
    board: {
      list: { id: "l1", name: "My watchlist", version: 1, tickers },
      rows,
      at: 1_700_000_000_000,
      tickMs: 5_000,
      epoch: 1,
      seq: 1,
      source: { name: "simulated", notice: "Simulated." },
      suggestions: [{ ticker: "AAPL", name: "Apple Inc." }],
    },
    ...more,
  }));
}

Deno.test("the watchlist's prices and names are in the HTML, in the list's order", () => {
  const html = watchlist([row("MSFT"), row("AAPL")]);
  assert.ok(html.indexOf(">MSFT<") < html.indexOf(">AAPL<"));
  assert.equal(html.match(/>190\.10</g)?.length, 2);
  assert.match(html, /MSFT &lt;Inc\.>/);
  assert.match(html, /Simulated prices/);
});

Deno.test("every row can be removed and stocks searched without JavaScript", () => {
  const html = watchlist([row("AAPL")]);
  assert.match(html, /<form method="post" action="\/watchlist\?list=l1">/);
  assert.match(html, /<button type="submit" name="remove" value="AAPL"/);
  assert.match(html, /<form class="search" role="search" method="get" action="\/watchlist">/);
  assert.match(html, /<input [^>]*name="query"/);
});

Deno.test("where JavaScript is off, the page tells the time at which its prices stand still", () => {
  assert.match(watchlist([row("AAPL")]), /stand still as of <time [^>]*>22:13:20 UTC/);
});

Deno.test("prices that are not fresh show their age or session in the HTML", () => {
  const html = watchlist([
    row("AAPL", { stale: 1, ageMs: 130_000 }),
    row("MSFT", { session: "closed", ageMs: 3 * 3_600_000 }),
    { ticker: "NVDA", name: "NVIDIA", quote: null },
  ]);
  for (const text of ["2 min ago", "closed, 3 h ago", "no price yet"]) {
    assert.ok(html.includes(text), text);
  }
});

Deno.test("an empty list offers much-watched stocks to add", () => {
  const html = watchlist([]);
  assert.match(html, /Nothing here yet/);
  assert.match(html, /<button type="submit" name="ticker" value="AAPL"/);
  assert.doesNotMatch(html, /<table/);
});

Deno.test("searched without JavaScript, the page lists what was found and what is listed already", () => {
  const html = watchlist([row("AAPL")], {
    search: {
      query: `"a<`,
      results: [{ ticker: "AAPL", name: "Apple" }, { ticker: "A", name: "Agilent" }],
    },
  });
  assert.match(html, /value="&quot;a&lt;"/);
  assert.match(html, /<button type="submit" name="ticker" value="A" aria-label="Add A"/);
  assert.match(html, /On your list/);
  const none = watchlist([], { search: { query: "zzz", results: [] } });
  assert.match(none, /No stock matches “zzz”/);
});

Deno.test("a result of a former ticker says so, and a company without a successor is explained", () => {
  const results = [{ ticker: "META", name: "Meta Platforms", formerTicker: "FB" }];
  const html = watchlist([], { search: { query: "fb", results } });
  assert.match(html, /Meta Platforms \(was FB\)<\/span>/);
  const note = "TWTR has no successor: Twitter was taken private in 2022.";
  assert.match(
    watchlist([], { search: { query: "twtr", results: [], note } }),
    /<p>TWTR has no succ/,
  );
});

Deno.test("a refused change is explained on the page", () => {
  const refused = { text: "The list is full.", action: undefined, form: {} };
  assert.match(watchlist([], { refused }), /role="alert">The list is full\./);
});

Deno.test("a page of 200 rows renders whole", () => {
  const rows = Array.from({ length: 200 }, (_, index) => row(`T${index}`));
  assert.equal(watchlist(rows).match(/name="remove"/g)?.length, 200);
});

Deno.test("the title is the list's name, and the script of the search loads at the first touch", () => {
  const html = watchlist([row("AAPL")]);
  assert.match(html, /<title>My watchlist ·/);
  assert.match(html, /data-island="Search" data-load="interaction"/);
  assert.match(html, /data-island="Watchlist" data-load="page"/);
});

Deno.test("after an import its report stands above the list", () => {
  const line = { line: 1, text: "AAPL", ticker: "AAPL", outcome: "added" } as const;
  const html = watchlist([row("AAPL")], { report: { added: 1, report: [line], leftOff: 0 } });
  assert.ok(html.indexOf("Imported: 1 stock added") < html.indexOf('data-island="Watchlist"'));
  assert.doesNotMatch(watchlist([row("AAPL")]), /Imported/);
});

Deno.test("what was found is added to the list that is shown", () => {
  const search = { query: "a", results: [{ ticker: "A", name: "Agilent <Inc.>" }] };
  const html = watchlist([], { search });
  assert.match(html, /<section class="results"[^>]*>.*action="\/watchlist\?list=l1"/);
  assert.match(html, /Agilent &lt;Inc\.>/);
});
