import assert from "node:assert/strict";
import { h } from "preact";
import type { FullQuote, ServerMessage } from "../../lib/protocol.ts";
import type { Price, Ticker } from "../../lib/quote.ts";
import { openPage, type TestPage } from "../page_fixtures.ts";
import { pointsMax, type StockProps } from "../stock/store.ts";
import { Stock } from "./Stock.tsx";

const tickMs = 5_000;

function quote(
  dollars: number,
  members: { stale?: 0 | 1; session?: "open" | "closed" } = {},
): FullQuote {
  const { stale = 0, session = "open" } = members;
  const price = Math.round(dollars * 10_000) as Price;
  return ["AAPL" as Ticker, price, 1_000_000 as Price, 0, session, "simulated", stale];
}

async function openStock(props: Partial<StockProps> = {}) {
  const page = openPage();
  const at = Date.now();
  await page.show(h(Stock, {
    ticker: "AAPL",
    quote: quote(100),
    readAt: at,
    day: { stepMs: 5_000, points: [[at, 1_000_000 as Price]] },
    at,
    tickMs,
    epoch: 1,
    seq: 1,
    isSignedIn: false,
    ...props,
  }));
  return page;
}

async function say(page: TestPage, message: ServerMessage) {
  page.sockets.at(-1)!.say(message);
  await page.pass(0);
}

function hello(user: string | null = null): ServerMessage {
  return { type: "hello", v: 1, now: Date.now(), tickMs, epoch: 1, seq: 1, user };
}

let seq = 1;
function tick(...quotes: FullQuote[]): ServerMessage {
  const at = Date.now();
  return { type: "tick", epoch: 1, seq: ++seq, at, tickMs, nextAt: at + tickMs, quotes };
}

const part = (page: TestPage, name: string) => page.texts(`[data-part=${name}]`)[0];
const line = (page: TestPage) => page.find("svg .line").getAttribute("d");
const facts = (page: TestPage) =>
  Object.fromEntries(page.texts("dt").map((name, index) => [name, page.texts("dd")[index]]));

Deno.test("a stranger's page opens one socket, and subscribes to the one stock", async () => {
  await using page = await openStock();
  await say(page, hello());
  assert.deepEqual(page.sockets.map(({ url }) => url), ["ws://127.0.0.1/ws"]);
  const sent = page.sockets[0]!.sent.map((text) => JSON.parse(text));
  assert.deepEqual(sent, [{ type: "subscribe", tickers: ["AAPL"] }]);
  assert.deepEqual(page.requests, []);
});

Deno.test("a user's page follows no list, and renews a sign-in that expired", async () => {
  await using page = await openStock({ isSignedIn: true });
  await say(page, hello("ann"));
  const sent = page.sockets[0]!.sent.map((text) => JSON.parse(text));
  assert.deepEqual(sent[0], { type: "follow", lists: [] });
  await say(page, hello(null));
  assert.deepEqual(page.requests.map(({ path }) => path), ["/api/auth/refresh"]);
});

Deno.test("a price that ticks in changes the number, the title, the line and the truth box", async () => {
  await using page = await openStock();
  assert.equal(document.title, "100.00 0.0 % AAPL · Quoteboard");
  await say(page, hello());
  await page.pass(tickMs);
  await say(page, tick(quote(101.26)));
  assert.deepEqual(
    ["price", "change", "percent", "age"].map((name) => part(page, name)),
    ["101.26", "+1.26", "+1.26%", ""],
  );
  assert.equal(document.title, "101.26 +1.3 % AAPL · Quoteboard");
  const line = page.find("svg").getAttribute("aria-label");
  assert.equal(line, "Opened 100.00, low 100.00 at 10:30, high 101.26 at 10:30, now 101.26.");
  const { High, Read, Shown, State } = facts(page);
  assert.deepEqual([High, Read, Shown, State], ["101.26", "10:30:05", "10:30:05", "fresh"]);
});

Deno.test("a tick that leaves the stock out confirms its price: it was read again", async () => {
  await using page = await openStock();
  await say(page, hello());
  await page.pass(tickMs);
  await say(page, tick());
  assert.deepEqual([facts(page).Read, facts(page).State], ["10:30:05", "fresh"]);
});

Deno.test("no more ticks: the page says since when, and shows the price's age", async () => {
  await using page = await openStock();
  await say(page, hello());
  await say(page, tick(quote(101)));
  await page.pass(20_000);
  assert.equal(part(page, "age"), "20 s ago");
  assert.match(facts(page).State ?? "", /^not fresh: this page gets no new prices since 10:30:00/);
  await say(page, tick(quote(102)));
  assert.deepEqual([part(page, "age"), facts(page).State], ["", "fresh"]);
});

Deno.test("while the source does not answer the price is not fresh, and the line gets a gap", async () => {
  await using page = await openStock();
  await say(page, hello());
  await page.pass(tickMs);
  await say(page, tick(quote(100, { stale: 1 })));
  await page.pass(tickMs);
  await say(page, tick());
  const { Read, State } = facts(page);
  assert.deepEqual([Read, State], ["10:30:00", "not fresh: the source does not answer"]);
  assert.equal(part(page, "age"), "5 s ago");
  assert.equal(line(page), "m0 90h0");
  await page.pass(tickMs);
  await say(page, tick());
  await page.pass(tickMs);
  await say(page, tick(quote(100)));
  assert.equal(line(page), "m0 90h0m640 0h0");
});

Deno.test("while the market is closed the line stands still", async () => {
  await using page = await openStock({ quote: quote(100, { session: "closed" }) });
  await say(page, hello());
  await page.pass(tickMs);
  await say(page, tick());
  assert.equal(facts(page).State, "the market is closed");
  assert.equal(line(page), "m0 90h0");
});

Deno.test("a first price that arrives takes the place of the dash", async () => {
  await using page = await openStock({
    quote: null,
    readAt: 0,
    day: { stepMs: 5_000, points: [] },
  });
  assert.deepEqual([part(page, "price"), document.title], ["–", "AAPL · Quoteboard"]);
  await say(page, hello());
  await say(page, tick(quote(99)));
  assert.deepEqual([part(page, "price"), part(page, "age")], ["99.00", ""]);
  assert.deepEqual([facts(page)["Previous close"], facts(page).Source], ["100.00", "simulated"]);
  assert.ok(line(page));
});

Deno.test("the line of an open page is bounded, and ends at the present price", async () => {
  await using page = await openStock();
  await say(page, hello());
  for (let ticks = 0; ticks < 3 * pointsMax; ticks++) {
    await page.pass(tickMs);
    await say(page, tick(quote(106 - ticks % 7)));
  }
  const points = line(page)?.match(/-?\d+ ?-?\d+/g)?.length ?? 0;
  assert.ok(points > pointsMax / 3 && points <= pointsMax, `${points} points`);
  assert.match(page.find("svg").getAttribute("aria-label") ?? "", /now 106\.00\.$/);
});

Deno.test("in too many places the page says so, and one press connects it", async () => {
  await using page = await openStock();
  page.sockets[0]!.end(4502);
  await page.pass(0);
  assert.match(facts(page).State ?? "", /open in too many places/);
  await page.press("button");
  assert.equal(page.sockets.length, 2);
});
