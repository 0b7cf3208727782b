import assert from "node:assert/strict";
import FakeTimers from "@sinonjs/fake-timers";
import { createClock } from "../../lib/clock.ts";
import type { FullQuote } from "../../lib/protocol.ts";
import type { Price, Ticker } from "../../lib/quote.ts";
import type { ChangeOutcome } from "../browser/api.ts";
import { createBoard } from "./board.ts";
import { FakeSocket } from "../live/fake_socket.ts";
import { pageList } from "../browser/page.ts";

const startMs = 1_700_000_000_000;
/** The browser's clock is a minute ahead of the server's. */
const aheadMs = 60_000;

function quote(ticker: string, price = 1_000_000): FullQuote {
  return [ticker as Ticker, price as Price, 0, 1_000, "open", "simulated", 0];
}

function startBoard({ tickers = ["AAPL"] } = {}) {
  const timers = FakeTimers.createClock(startMs + aheadMs);
  const socket = new FakeSocket();
  const requestedNames: string[] = [];
  const gone: true[] = [];
  const listCounts: number[] = [];
  const board = createBoard({
    list: { id: "l1", name: "My watchlist", version: 1, tickers },
    rows: tickers.map((ticker) => ({ ticker, name: `${ticker} Inc.`, quote: quote(ticker) })),
    at: startMs,
    tickMs: 5_000,
    epoch: 1,
    seq: 1,
    source: { name: "simulated", notice: "" },
    suggestions: [],
  }, {
    clock: createClock(timers),
    random: () => 0,
    openSocket: () => socket,
    onSignedOut() {},
    onListGone: () => gone.push(true),
    onLists: ({ length }) => listCounts.push(length),
    api: {
      add: () => Promise.resolve<ChangeOutcome>({ kind: "done" }),
      remove: () => Promise.resolve<ChangeOutcome>({ kind: "done" }),
      reorder: () => Promise.resolve<ChangeOutcome>({ kind: "done" }),
      name(ticker) {
        requestedNames.push(ticker);
        return Promise.resolve(`${ticker} Corporation`);
      },
      read: () => Promise.resolve(undefined),
      refresh: () => Promise.resolve("renewed"),
    },
  });
  return { board, timers, socket, requestedNames, gone, listCounts, stop: board.start() };
}

Deno.test("a snapshot fills the row of an added ticker", () => {
  const { board, socket, stop } = startBoard();
  board.add({ ticker: "NVDA", name: "NVIDIA Corporation" });
  const cell = board.quotes.cell("NVDA");
  assert.equal(cell.price.value, "–");
  const quotes = [quote("NVDA", 2_000_000)];
  socket.say({ type: "snapshot", epoch: 1, seq: 2, at: startMs, tickMs: 5_000, quotes });
  assert.equal(cell.price.value, "200.00");
  assert.equal(board.nameOf("NVDA").value, "NVIDIA Corporation");
  stop();
});

Deno.test("the name of a row from another tab is requested once", async () => {
  const { board, socket, timers, requestedNames, stop } = startBoard();
  const tickers = ["AAPL", "TSLA"] as Ticker[];
  socket.say({ type: "watchlist", id: "l1", name: "My watchlist", version: 2, tickers });
  socket.say({ type: "watchlist", id: "l1", name: "My watchlist", version: 3, tickers });
  await timers.tickAsync(0);
  assert.deepEqual(board.list.tickers.value, tickers);
  assert.equal(board.nameOf("TSLA").value, "TSLA Corporation");
  assert.deepEqual(requestedNames, ["TSLA"]);
  stop();
});

Deno.test("the frame of another list changes nothing, and is answered with the id of the page's list", () => {
  const { board, socket, stop } = startBoard();
  const tickers = ["AAPL"] as Ticker[];
  socket.say({ type: "watchlist", id: "l1", name: "My watchlist", version: 1, tickers });
  assert.deepEqual(socket.sent, []);
  socket.say({ type: "watchlist", id: "l2", name: "Other", version: 9, tickers: [] });
  assert.deepEqual(board.list.tickers.value, ["AAPL"]);
  assert.deepEqual(socket.sent, [`{"type":"follow","lists":["l1"]}`]);
  stop();
});

Deno.test("a page leaves if its list was deleted, and for no other error", () => {
  const { socket, gone, stop } = startBoard();
  socket.say({ type: "error", code: "unknown_ticker", message: "Not known: X." });
  assert.equal(gone.length, 0);
  socket.say({ type: "error", code: "unknown_list", message: "Not among your lists: l1." });
  assert.equal(gone.length, 1);
  stop();
});

Deno.test("ages are relative to the server's time, even if the browser's clock is wrong", () => {
  const { board, socket, timers, stop } = startBoard();
  timers.tick(3_000);
  assert.equal(board.now.value, startMs + 3_000);
  const now = startMs + 10_000;
  socket.say({ type: "hello", v: 1, now, tickMs: 5_000, epoch: 1, seq: 1, user: "user1" });
  timers.tick(1_000);
  assert.equal(board.now.value, startMs + 11_000);
  stop();
});

Deno.test("prices are outdated once ticks are missing, not before", () => {
  const { board, timers, stop } = startBoard();
  assert.equal(board.outdated.value, false);
  timers.tick(60_000);
  assert.equal(board.outdated.value, true);
  stop();
});

Deno.test("the search can add to the list while the board runs, and not after", () => {
  const { board, stop } = startBoard();
  pageList.value?.add({ ticker: "MSFT", name: "Microsoft Corporation" });
  assert.deepEqual(board.list.tickers.value, ["AAPL", "MSFT"]);
  stop();
  assert.equal(pageList.value, undefined);
});

Deno.test("a stopped board leaves no timer behind", () => {
  const { timers, socket, stop } = startBoard();
  stop();
  assert.equal(timers.countTimers(), 0);
  assert.ok(socket.isClosed);
});

Deno.test("a message about all lists goes to the bar of lists", () => {
  const { socket, listCounts, stop } = startBoard();
  socket.say({ type: "lists", lists: [{ id: "l1", name: "My watchlist" }] });
  assert.deepEqual(listCounts, [1]);
  stop();
});
