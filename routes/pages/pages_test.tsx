import assert from "node:assert/strict";
import type { FullQuote } from "../../lib/protocol.ts";
import type { Price, Session, Ticker } from "../../lib/quote.ts";
import { type PageContent, type PageFrame, renderPage } from "../../lib/render/page.tsx";
import { accountPage } from "./account/Account.tsx";
import { errorPage } from "./error/ErrorPage.tsx";
import { homePage } from "./home/Home.tsx";
import { loginPage } from "./sign_in/Login.tsx";
import { resetPage } from "./reset/Reset.tsx";
import { registerPage } from "./register/Register.tsx";
import { watchlistPage, type WatchlistPageProps } from "./watchlist/Watchlist.tsx";

const frame: PageFrame = {
  assets: { path: (name) => `/assets/${name}`, modules: () => [] },
  nonce: "n0nce",
  path: "/",
  notice: "Simulated.",
};

function render(content: PageContent): string {
  const html = renderPage(content, frame);
  assert.doesNotMatch(html, /\sstyle=|<style|undefined|\[object/);
  return html;
}

function quote(
  ticker: string,
  { ageMs = 1_000, session = "open", stale = 0 }: {
    ageMs?: number;
    session?: Session;
    stale?: 0 | 1;
  } = {},
): FullQuote {
  const [price, previousClose] = [1_901_000 as Price, 1_889_000 as Price];
  return [ticker as Ticker, price, previousClose, ageMs, session, "simulated", stale];
}

function row(ticker: string, options?: Parameters<typeof quote>[1]) {
  return { ticker, name: `${ticker} <Inc.>`, quote: quote(ticker, options) };
}

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

Deno.test("a refused change is told on the page", () => {
  const refused = { text: "The list is full.", action: undefined, form: {} };
  assert.match(watchlist([], { refused }), /role="alert">The list is full\./);
});

Deno.test("a page of 200 rows renders whole", () => {
  const rows = Array.from({ length: 200 }, (_, index) => row(`T${index}`));
  assert.equal(watchlist(rows).match(/name="remove"/g)?.length, 200);
});

Deno.test("a failed sign-in keeps the username, tells why, and never the password", () => {
  const html = render(loginPage({ username: `u"1`, error: "Wrong." }));
  assert.match(html, /value="u&quot;1"/);
  assert.match(html, /role="alert"><p>Wrong\./);
  assert.match(html, /<input type="password" [^>]*autocomplete="current-password"/);
  assert.doesNotMatch(html, /<input type="password"[^>]*value=/);
  assert.doesNotMatch(html, /<script/);
});

Deno.test("registration leads from the summary to each field and describes it by its error", () => {
  const html = render(registerPage({
    passwordLengthMin: 8,
    passwordLengthMax: 128,
    values: { username: "U!", email: "a@example.org" },
    fieldErrors: { username: "Not a username.", password: "Too short." },
  }));
  assert.match(html, /<a href="#username">Not a username\.<\/a>/);
  assert.match(
    html,
    /autofocus aria-invalid="true" aria-describedby="username-hint username-error"/,
  );
  assert.match(html, /id="password-error">Too short\./);
  assert.match(html, /value="a@example\.org"/);
  for (const name of ["username", "password", "email", "firstName", "lastName"]) {
    assert.ok(html.includes(`name="${name}"`), name);
  }
  for (const purpose of ["username", "new-password", "email", "given-name", "family-name"]) {
    assert.ok(html.includes(`autocomplete="${purpose}"`), purpose);
  }
  assert.match(html, /<title>Error: /);
});

Deno.test("the account page says who is signed in and where, and lets them end it all", () => {
  const user = {
    username: "user1",
    email: null,
    firstName: "Ada",
    lastName: null,
    createdAt: Date.UTC(2026, 0, 2),
  };
  const sessions = [
    { id: "s1", userAgent: "curl/8.5.0", ageMs: 1_000, isPresent: true },
    { id: "s2", userAgent: null, ageMs: 3 * 3_600_000, isPresent: false },
  ];
  const props = { user, sessions, passwordLengthMin: 8, passwordLengthMax: 128 };
  const html = render(accountPage(props));
  assert.match(html, /<dd>user1<\/dd>.*<dd>Ada<\/dd>.*2026-01-02/);
  assert.match(html, /<b>curl<\/b>.*This device.*<b>Unknown device<\/b>.*Last used 3 h ago/);
  assert.match(html, /name="session" value="s2"/);
  assert.doesNotMatch(html, /name="session" value="s1"/);
  for (const action of ["end-session", "sign-out-everywhere", "change-password", "delete"]) {
    assert.ok(html.includes(`name="action" value="${action}"`), action);
  }
  assert.doesNotMatch(html, /<script|<details[^>]* open/);
  const wrong = render(accountPage({ ...props, fieldErrors: { password: "Wrong." } }));
  assert.match(wrong, /<details[^>]* open.*id="password-error">Wrong\./);
  assert.match(wrong, /<title>Error: /);
});

Deno.test("a reset link's page asks for a new password, a useless link's page asks for none", () => {
  const bounds = { passwordLengthMin: 8, passwordLengthMax: 128 };
  const html = render(resetPage({ username: "user1", token: `t"1`, ...bounds }));
  assert.match(html, /<input type="hidden" name="token" value="t&quot;1"/);
  assert.match(html, /autocomplete="new-password"/);
  const useless = render(resetPage({ username: undefined, token: `t"1`, ...bounds }));
  assert.match(useless, /does not work any more/);
  assert.doesNotMatch(useless, /<form method="post" action="\/reset"|t&quot;1/);
});

Deno.test("an error page names its kind and leads back", () => {
  assert.match(render(errorPage({ status: 404, text: "Nothing." })), /Page not found.*Nothing\./);
  assert.match(render(errorPage({ status: 503, text: "Busy." })), /Something went wrong.*Busy\./);
  assert.doesNotMatch(render(errorPage({ status: 404, text: "Nothing." })), /<script/);
  const signedIn = errorPage({ status: 404, text: "There is no such list.", isSignedIn: true });
  assert.match(render(signedIn), /<a class="button" href="\/watchlist">Open your watchlist/);
});
