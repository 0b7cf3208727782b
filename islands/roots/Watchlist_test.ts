import assert from "node:assert/strict";
import { h } from "preact";
import type { FullQuote, ServerMessage } from "../../lib/protocol.ts";
import type { Price, Ticker } from "../../lib/quote.ts";
import { openPage, type TestPage } from "../page_fixtures.ts";
import type { WatchlistProps } from "../state/board.ts";
import { Watchlist } from "./Watchlist.tsx";

const done = (tickers: string[], version = 2) => Response.json({ id: "l1", version, tickers });
const unavailable = () => new Response("", { status: 503 });

function quote(ticker: string, dollars: number, stale: 0 | 1 = 0): FullQuote {
  const price = dollars * 10_000 as Price;
  return [ticker as Ticker, price, 1_000_000 as Price, 0, "open", "simulated", stale];
}

/** Prices begin at 100 dollars. The socket is open, and the server has sent nothing yet. */
async function openList(tickers = ["AAPL", "KO"], props: Partial<WatchlistProps> = {}) {
  const page = openPage();
  await page.show(h(Watchlist, {
    list: { id: "l1", name: "My watchlist", version: 1, tickers },
    rows: tickers.map((ticker) => ({ ticker, name: `${ticker} Inc.`, quote: quote(ticker, 100) })),
    at: Date.now(),
    tickMs: 5_000,
    epoch: 1,
    seq: 1,
    source: { name: "simulated", notice: "" },
    suggestions: [{ ticker: "NVDA", name: "NVIDIA Corporation" }],
    ...props,
  }));
  return page;
}

async function say(page: TestPage, message: ServerMessage) {
  page.sockets.at(-1)!.say(message);
  await page.pass(0);
}

function tick(seq: number, quotes: FullQuote[], tickMs = 5_000): ServerMessage {
  const at = Date.now();
  return { type: "tick", epoch: 1, seq, at, tickMs, nextAt: at + tickMs, quotes };
}

function badge(page: TestPage): string {
  return page.find(".badge").textContent ?? "";
}

async function remove(page: TestPage, ticker: string) {
  const button = page.find<HTMLButtonElement>(`[aria-label="Remove ${ticker}"]`);
  button.focus();
  await page.submit("form", button);
}

function focused(): string {
  return document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.id ?? "";
}

Deno.test("prices that tick in change in their rows, and the page says that it is live", async () => {
  await using page = await openList();
  assert.equal(document.title, "My watchlist · Quoteboard");
  assert.deepEqual(page.sockets.map(({ url }) => url), ["ws://127.0.0.1/ws?tell=lists"]);
  assert.equal(badge(page), "Connecting…");
  await say(page, tick(2, [quote("AAPL", 110)]));
  assert.deepEqual(page.texts(".price span"), ["110.00", "100.00"]);
  assert.deepEqual(page.texts("td.percent"), ["+10.00%", "0.00%"]);
  assert.equal(badge(page), "Live");
  await say(page, tick(3, [quote("KO", 90)], 1_000));
  assert.deepEqual(page.texts(".price span"), ["110.00", "90.00"]);
  assert.equal(badge(page), "Live, every 1 s");
});

Deno.test("a removed stock leaves at once, and the focus goes to its neighbour's button", async () => {
  await using page = await openList(["AAPL", "KO", "MSFT"]);
  await remove(page, "KO");
  assert.deepEqual(page.texts("th.ticker").slice(1), ["AAPL", "MSFT"]);
  assert.equal(focused(), "Remove MSFT");
  assert.deepEqual(page.texts(".status-text"), ["KO removed."]);
  await page.answer(done(["AAPL", "MSFT"], 2));
  await remove(page, "MSFT");
  assert.equal(focused(), "Remove AAPL");
  await page.answer(done(["AAPL"], 3));
  await remove(page, "AAPL");
  assert.equal(focused(), "list-name");
  await page.answer(done([], 4));
  assert.deepEqual(page.texts("h2"), ["Nothing here yet"]);
  assert.deepEqual(page.requests.map(({ method, path }) => `${method} ${path}`), [
    "DELETE /api/watchlists/l1/items/KO",
    "DELETE /api/watchlists/l1/items/MSFT",
    "DELETE /api/watchlists/l1/items/AAPL",
  ]);
});

Deno.test("a change that failed is undone and reported; it can be tried again or dismissed", async () => {
  await using page = await openList(["AAPL"]);
  await remove(page, "AAPL");
  await page.answer(unavailable());
  const text = "AAPL was not removed. The server refused that.";
  assert.deepEqual(page.texts("[role=alert] p"), [text]);
  assert.deepEqual(page.texts("td.name"), ["AAPL Inc."]);
  await page.press("[role=alert] button");
  assert.equal(focused(), "list-name", "the button that was pressed is gone");
  await page.answer(unavailable());
  assert.deepEqual(page.texts("[role=alert] p"), [text]);
  await page.press("[role=alert] .quiet");
  assert.deepEqual(page.texts("[role=alert] p"), []);
  assert.equal(page.requests.length, 2);
});

Deno.test("an empty list offers stocks; a press adds one with its name", async () => {
  await using page = await openList([]);
  const button = page.find("[aria-label='Add NVDA, NVIDIA Corporation']");
  await page.submit("form", button);
  assert.deepEqual(page.texts("td.name"), ["NVIDIA Corporation"]);
  assert.deepEqual(page.texts(".price span"), ["–"]);
  assert.deepEqual(page.texts("td.age"), ["no price yet"]);
  await page.answer(done(["NVDA"]));
  await say(page, tick(2, [quote("NVDA", 120)]));
  assert.deepEqual(page.texts(".price span"), ["120.00"]);
  assert.deepEqual(page.requests[0]?.body, { ticker: "NVDA" });
});

Deno.test("a form that no button sent goes to the server", async () => {
  await using page = await openList();
  assert.ok(!(await page.submit("form")).defaultPrevented);
  assert.equal(page.find("form").getAttribute("action"), "/watchlist?list=l1");
});

Deno.test("the badge follows the connection, and prices grow old in their rows", async () => {
  await using page = await openList(["AAPL"]);
  await say(page, tick(2, [quote("AAPL", 110)]));
  page.sockets[0]!.end(1006);
  await page.pass(0);
  assert.equal(badge(page), "Reconnecting…");
  await page.pass(20_000);
  assert.match(badge(page), /^Stale since /);
  assert.equal(page.find("tr[data-ticker]").className, "old");
  assert.match(page.texts("td.age")[0]!, /20 s/);
});

Deno.test("a connection that brings nothing but old prices is not called live", async () => {
  await using page = await openList(["AAPL", "KO"]);
  await say(page, tick(2, [quote("AAPL", 110, 1)]));
  assert.equal(badge(page), "Live");
  await say(page, tick(3, [quote("KO", 110, 1)]));
  assert.match(badge(page), /^Stale since /);
});

Deno.test("a page too many pauses, and connects again when asked to", async () => {
  await using page = await openList();
  page.sockets[0]!.end(4502);
  await page.pass(0);
  assert.equal(badge(page), "Paused: open in too many places");
  await page.press("section > .board-head button");
  assert.equal(page.sockets.length, 2);
  assert.equal(badge(page), "Connecting…");
  assert.equal(focused(), "list-name");
});

Deno.test("a user who is signed out elsewhere is sent to the sign-in, a deleted list to the first one", async () => {
  await using page = await openList();
  await say(page, { type: "error", code: "unknown_list", message: "" });
  assert.deepEqual(page.visits, ["/watchlist"]);
  page.sockets[0]!.end(4501);
  await page.pass(0);
  assert.equal(badge(page), "Signed out");
  assert.equal(page.visits[1], "/login?signed-out");
});

for (const [name, chips] of [["simulated", ["Simulated prices"]], ["albert", []]] as const) {
  Deno.test(`prices of ${name} are ${chips.length ? "" : "not "}called simulated`, async () => {
    await using page = await openList([], { source: { name, notice: "" } });
    assert.deepEqual(page.texts(".board-head .chip"), chips);
  });
}
