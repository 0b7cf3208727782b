import FakeTimers from "@sinonjs/fake-timers";
import assert from "node:assert/strict";
import { ticker } from "../bus/bus_fixtures.ts";
import { createClock } from "../clock.ts";
import type { Ticker } from "../quote.ts";
import { type Asker, asUser, asVisitor, type Viewing } from "./interest.ts";
import { createRanks } from "./ranks.ts";

const names = (count: number, letter: string) =>
  Array.from({ length: count }, (_, index) => ticker(`${letter}${index}`));
const view = (asker: Asker, tickers: readonly Ticker[]): Viewing => ({
  asker,
  viewed: tickers.map((ticker) => ({ ticker })),
});

function start(...list: Viewing[]) {
  const timers = FakeTimers.createClock(0);
  const ranks = createRanks({ clock: createClock(timers), viewings: () => list });
  ranks.refresh();
  /** The tickers, best rank first. */
  const inOrder = (tickers: readonly Ticker[]) =>
    tickers.toSorted((a, b) => ranks.rankOf(a) - ranks.rankOf(b));
  return { ...ranks, timers, list, inOrder };
}

Deno.test("short lists come before long ones, and the head of a list before its tail", () => {
  const [short, long] = [names(10, "S"), names(200, "L")];
  const { inOrder } = start(view(asUser("mallory"), long), view(asUser("ann"), short));
  assert.deepEqual(inOrder([...long, ...short]), [...short, ...long]);
});

Deno.test("a user who spreads a long list over sockets and requests has a long list, and who opens two pages of one list has a short one", () => {
  const [spread, own] = [names(200, "L"), names(10, "S")];
  const { rankOf } = start(
    ...spread.map((ticker) => view(asUser("mallory"), [ticker])),
    view(asUser("ann"), own),
    view(asUser("ann"), own),
  );
  assert.ok(Math.min(...spread.map(rankOf)) >= 200);
  assert.deepEqual(own.map(rankOf), [10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
});

Deno.test("of two tickers at the same place, the one with more viewers comes first", () => {
  const { inOrder } = start(
    ...["ann", "bob", "cid", "eve"].map((name) => view(asUser(name), names(10, "M"))),
    view(asUser("dan"), names(10, "O")),
  );
  assert.equal(inOrder([ticker("O0"), ticker("M0")])[0], "M0");
});

Deno.test("a hundred accounts with one long list do not outrank a short list", () => {
  const long = names(200, "L");
  const accounts = names(100, "U").map((name) => view(asUser(name), long));
  const { rankOf } = start(...accounts, view(asVisitor("192.0.2.1"), names(10, "S")));
  const last = Math.max(...names(10, "S").map(rankOf));
  assert.ok(long.every((ticker) => rankOf(ticker) > last));
});

Deno.test("many viewings are ranked in chunks, and no more often than every 10 s", async () => {
  const many = names(2_500, "U").map((name) => view(asUser(name), names(3, "S")));
  const { rankOf, refresh, outdate, timers, list } = start(...many);
  assert.equal(rankOf(ticker("S0")), 200);
  await timers.tickAsync(100);
  assert.equal(rankOf(ticker("S0")), 1);
  list.push(view(asUser("ann"), [ticker("NEW")]));
  outdate();
  refresh();
  await timers.tickAsync(100);
  assert.equal(rankOf(ticker("NEW")), 200);
  await timers.tickAsync(10_000);
  refresh();
  await timers.tickAsync(100);
  assert.equal(rankOf(ticker("NEW")), 1);
});
