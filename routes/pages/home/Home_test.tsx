import assert from "node:assert/strict";
import { render, row } from "../page_fixtures.ts";
import { homePage } from "./Home.tsx";

Deno.test("the landing page shows prices, says they are simulated, and ships no script", () => {
  const at = Date.UTC(2026, 0, 2, 14, 3, 22);
  const html = render(homePage({ rows: [row("AAPL")], at, isSimulated: true, isSignedIn: false }));
  for (
    const text of [
      "14:03:22 UTC",
      "190.10",
      "+1.20",
      "+0.64%",
      "AAPL &lt;Inc.>",
      "Simulated prices",
    ]
  ) {
    assert.ok(html.includes(text), text);
  }
  assert.match(html, /href="\/register"/);
  assert.doesNotMatch(html, /<script/);
});

Deno.test("the landing page tells a stale price's age", () => {
  const rows = [row("AAPL", { stale: 1, ageMs: 130_000 }), { ...row("MSFT"), quote: null }];
  const html = render(homePage({ rows, isSimulated: false, isSignedIn: true }));
  assert.match(html, /2 min ago/);
  assert.match(html, /no price yet/);
  assert.doesNotMatch(html, /Simulated prices/);
  assert.match(html, /href="\/watchlist"/);
});

Deno.test("a stranger gets links to register and to sign in, a user gets a link to the watchlist", () => {
  const props = { rows: [], isSimulated: false };
  const links = (isSignedIn: boolean) =>
    render(homePage({ ...props, isSignedIn })).match(/<a class="button[^>]*>[^<]*/g);
  assert.deepEqual(links(false), [
    '<a class="button" href="/register">Create account',
    '<a class="button quiet" href="/login">Sign in',
  ]);
  assert.deepEqual(links(true), ['<a class="button" href="/watchlist">Open your watchlist']);
});

Deno.test("a price of a closed market shows that the market is closed, and its age", () => {
  const rows = [row("AAPL", { session: "closed", ageMs: 3 * 3_600_000 })];
  const html = render(homePage({ rows, isSimulated: false, isSignedIn: false }));
  assert.match(html, /closed, 3 h ago/);
  assert.doesNotMatch(html, /as of/);
});

Deno.test("a rise differs from a fall by more than its colour", () => {
  const html = render(homePage({ rows: [row("AAPL")], isSimulated: false, isSignedIn: false }));
  assert.match(html, /data-direction="up">\+1\.20</);
});
