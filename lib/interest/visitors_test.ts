import FakeTimers from "@sinonjs/fake-timers";
import assert from "node:assert/strict";
import { ticker } from "../bus/bus_fixtures.ts";
import { createClock } from "../clock.ts";
import { asUser, asVisitor } from "./interest.ts";
import { sampleUniverse } from "./interest_fixtures.ts";
import { createVisitors, tickersPerNetworkMax } from "./visitors.ts";

const here = asVisitor("192.0.2.1");
const names = (count: number, letter: string) =>
  Array.from({ length: count }, (_, index) => ticker(`${letter}${index}`));

function start() {
  const timers = FakeTimers.createClock(0);
  const clock = createClock(timers);
  return { ...createVisitors({ clock, universe: sampleUniverse }), timers };
}

Deno.test("an address wants a bounded number of tickers, over all that ask from it; another address and a user are not affected", () => {
  const { beyondBound } = start();
  const tickers = names(tickersPerNetworkMax + 10, "A");
  assert.deepEqual([...beyondBound(tickers.slice(0, 60), here)], []);
  assert.deepEqual([...beyondBound(tickers, here)], tickers.slice(tickersPerNetworkMax));
  assert.deepEqual([...beyondBound(tickers.slice(-10), asVisitor("192.0.2.2"))], []);
  assert.deepEqual([...beyondBound(tickers, asUser("ann"))], []);
});

Deno.test("a minute after it asked, an address may want other tickers; what a socket still views counts on", () => {
  const { beyondBound, renew, timers } = start();
  const tickers = names(tickersPerNetworkMax, "A");
  beyondBound(tickers, here);
  timers.tick(59_000);
  const viewed = tickers.slice(0, 40).map((ticker) => ({ ticker }));
  renew([{ asker: here, viewed }]);
  timers.tick(1_000);
  const others = names(100, "AB");
  assert.deepEqual([...beyondBound(others, here)], others.slice(60));
});

Deno.test("tickers that are not polled for visitors do not count against the bound", () => {
  const { beyondBound } = start();
  assert.deepEqual([...beyondBound(names(1_000, "M"), here)], []);
  assert.deepEqual([...beyondBound(names(10, "A"), here)], []);
});
