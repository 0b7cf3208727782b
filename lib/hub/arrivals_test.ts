import FakeTimers from "@sinonjs/fake-timers";
import assert from "node:assert/strict";
import { createClock } from "../clock.ts";
import { createArrivals, type Settle } from "./arrivals.ts";

function start() {
  const timers = FakeTimers.createClock();
  const arrivals = createArrivals({ clock: createClock(timers) });
  const begun: Settle[] = [];
  let refused = 0;
  return {
    timers,
    begun,
    refused: () => refused,
    arrive(count: number, signal = new AbortController().signal) {
      for (let index = 0; index < count; index++) {
        void arrivals.arrive({ signal }).then((settle) => settle ? begun.push(settle) : refused++);
      }
      return timers.tickAsync(0);
    },
  };
}

Deno.test("some sockets come in at a time, and each that settles lets one more in", async () => {
  const { arrive, begun, timers } = start();
  await arrive(100);
  assert.equal(begun.length, 32);
  begun[0]?.();
  begun[0]?.();
  await timers.tickAsync(0);
  assert.equal(begun.length, 33);
});

Deno.test("a socket that does not settle makes room after a while", async () => {
  const { arrive, begun, timers } = start();
  await arrive(100);
  await timers.tickAsync(2_000);
  assert.equal(begun.length, 64);
  await timers.tickAsync(6_000);
  assert.equal(begun.length, 100);
  assert.equal(timers.countTimers(), 0);
  await arrive(100);
  assert.equal(begun.length, 132, "all places are free again");
});

Deno.test("past 10,000 that wait one more is refused", async () => {
  const { arrive, refused } = start();
  await arrive(32 + 10_000);
  assert.equal(refused(), 0);
  await arrive(1);
  assert.equal(refused(), 1);
});

Deno.test("a client that leaves while it waits takes no place", async () => {
  const { arrive, begun, timers, refused } = start();
  const leaving = new AbortController();
  await arrive(32);
  await arrive(50, leaving.signal);
  await arrive(1);
  leaving.abort();
  begun[0]?.();
  await timers.tickAsync(0);
  assert.deepEqual([begun.length, refused()], [33, 50]);
});
