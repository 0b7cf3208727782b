import FakeTimers from "@sinonjs/fake-timers";
import assert from "node:assert/strict";
import { interest, ticker } from "../../lib/bus/bus_fixtures.ts";
import { createClock } from "../../lib/clock.ts";
import { createNewcomers } from "./newcomers.ts";

function open() {
  const timers = FakeTimers.createClock(1_000_000);
  const newcomers = createNewcomers(createClock(timers));
  const stop = new AbortController();
  const called: [number, string[]][] = [];
  async function callAll(needsCall: (symbol: string) => boolean = () => true) {
    for (;;) {
      const tickers = await newcomers.next(needsCall, stop.signal);
      if (tickers.length === 0) return;
      called.push([timers.now - 1_000_000, tickers]);
    }
  }
  return { timers, newcomers, stop, called, callAll };
}

Deno.test("the first newcomers are called at once, later ones together when a second is over", async () => {
  const { timers, newcomers, stop, called, callAll } = open();
  const calling = callAll();
  await timers.tickAsync(2_000);
  newcomers.add(interest({ signedIn: ["A"], anonymous: ["B"] }));
  await timers.tickAsync(300);
  newcomers.add(interest({ signedIn: ["C"] }));
  await timers.tickAsync(300);
  newcomers.add(interest({ signedIn: ["D", "C"] }));
  await timers.tickAsync(5_000);
  assert.deepEqual(called, [[2_000, ["A", "B"]], [3_000, ["C", "D"]]]);
  stop.abort();
  await calling;
});

Deno.test("a ticker that needs no call gets none, and does not use up the second", async () => {
  const { timers, newcomers, stop, called, callAll } = open();
  const calling = callAll((symbol) => symbol !== "FRESH");
  newcomers.add(interest({ signedIn: ["FRESH"] }));
  await timers.tickAsync(100);
  newcomers.add(interest({ signedIn: ["A", "FRESH", "ASKED"] }));
  newcomers.remove([ticker("ASKED")]);
  await timers.tickAsync(2_000);
  assert.deepEqual(called, [[100, ["A"]]]);
  stop.abort();
  await calling;
});

Deno.test("newcomers above the bound are dropped; the next mark asks for them", async () => {
  const { newcomers, stop, called, callAll } = open();
  const flood = Array.from({ length: 20_010 }, (_, index) => `T${index}`);
  newcomers.add(interest({ signedIn: flood }));
  const calling = callAll();
  await Promise.resolve();
  stop.abort();
  await calling;
  assert.equal(called[0]?.[1].length, 20_000);
});
