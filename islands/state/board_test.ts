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
  const namesAsked: string[] = [];
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
        namesAsked.push(ticker);
        return Promise.resolve(`${ticker} Corporation`);
      },
      search: () => Promise.resolve([]),
      refresh: () => Promise.resolve("renewed"),
    },
  });
  return { board, timers, socket, namesAsked, gone, listCounts, stop: board.start() };
}

Deno.test("a snapshot after an add fills the new row", () => {
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

Deno.test("a row from another tab gets its name once", async () => {
  const { board, socket, timers, namesAsked, stop } = startBoard();
  const tickers = ["AAPL", "TSLA"] as Ticker[];
  socket.say({ type: "watchlist", id: "l1", name: "My watchlist", version: 2, tickers });
  socket.say({ type: "watchlist", id: "l1", name: "My watchlist", version: 3, tickers });
  await timers.tickAsync(0);
  assert.deepEqual(board.list.tickers.value, tickers);
  assert.equal(board.nameOf("TSLA").value, "TSLA Corporation");
  assert.deepEqual(namesAsked, ["TSLA"]);
  stop();
});

Deno.test("another list's frame changes nothing here, and is answered with the list that is shown", () => {
  const { board, socket, stop } = startBoard();
  const tickers = ["AAPL"] as Ticker[];
  socket.say({ type: "watchlist", id: "l1", name: "My watchlist", version: 1, tickers });
  assert.deepEqual(socket.sent, []);
  socket.say({ type: "watchlist", id: "l2", name: "Other", version: 9, tickers: [] });
  assert.deepEqual(board.list.tickers.value, ["AAPL"]);
  assert.deepEqual(socket.sent, [`{"type":"follow","lists":["l1"]}`]);
  stop();
});

Deno.test("a page whose list is gone leaves, and for no other fault", () => {
  const { socket, gone, stop } = startBoard();
  socket.say({ type: "error", code: "unknown_ticker", message: "Not known: X." });
  assert.equal(gone.length, 0);
  socket.say({ type: "error", code: "unknown_list", message: "Not among your lists: l1." });
  assert.equal(gone.length, 1);
  stop();
});

Deno.test("ages count in the server's time, however wrong the browser's clock is", () => {
  const { board, socket, timers, stop } = startBoard();
  timers.tick(3_000);
  assert.equal(board.now.value, startMs + 3_000);
  const now = startMs + 10_000;
  socket.say({ type: "hello", v: 1, now, tickMs: 5_000, epoch: 1, seq: 1, user: "user1" });
  timers.tick(1_000);
  assert.equal(board.now.value, startMs + 11_000);
  stop();
});

Deno.test("prices are called outdated when ticks stay away, not before", () => {
  const { board, timers, stop } = startBoard();
  assert.equal(board.outdated.value, false);
  timers.tick(60_000);
  assert.equal(board.outdated.value, true);
  stop();
});

Deno.test("the search reaches the list while the board runs, and not after", () => {
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

Deno.test("what is told of all lists goes to the bar above", () => {
  const { socket, listCounts, stop } = startBoard();
  socket.say({ type: "lists", lists: [{ id: "l1", name: "My watchlist" }] });
  assert.deepEqual(listCounts, [1]);
  stop();
});
