import FakeTimers from "@sinonjs/fake-timers";
import assert from "node:assert/strict";
import { createClock } from "../../clock.ts";
import { createLog } from "../../log.ts";
import { createSubscription } from "./subscription.ts";

const start = 1_700_000_000_000;

/** A subscription whose streams the test opens, feeds and ends. Each line of `seen` begins with its time. */
function open({ nextInMs = 5_000 } = {}) {
  const timers = FakeTimers.createClock(start);
  const clock = createClock(timers);
  const seen: string[] = [];
  const note = (what: string) => void seen.push(`${timers.now - start} ${what}`);
  const state = { nextAt: start + nextInMs, isUnreachable: false };
  let stream = { push: (_message: string) => {}, end: () => {} };

  async function* read(stop: AbortController) {
    const queue: string[] = [];
    let wake = Promise.withResolvers<void>();
    let hasEnded = false;
    stream = {
      push(message) {
        queue.push(message);
        wake.resolve();
      },
      end() {
        hasEnded = true;
        wake.resolve();
      },
    };
    stop.signal.addEventListener("abort", stream.end);
    while (!hasEnded || queue.length > 0) {
      await wake.promise;
      wake = Promise.withResolvers();
      while (queue.length > 0) yield queue.shift()!;
    }
  }

  const subscription = createSubscription({
    clock,
    log: createLog("silent"),
    open(stop) {
      note("open");
      if (state.isUnreachable) return Promise.reject(new Error("Redis is unreachable."));
      return Promise.resolve(read(stop));
    },
    catchUp() {
      note("catch up");
      return Promise.resolve();
    },
    receive(message) {
      note(message);
      if (message === "gap") subscription.renew();
    },
    nextAt: () => state.nextAt,
  });
  return {
    timers,
    state,
    seen,
    subscription,
    push: (message: string) => stream.push(message),
    end: () => stream.end(),
    pass: (ms: number) => timers.tickAsync(ms),
    /** The times at which streams were opened, in ms since the start. */
    openings: () => seen.filter((line) => line.endsWith(" open")).map((line) => parseInt(line)),
  };
}

Deno.test("it catches up after each opening, then receives messages in order", async () => {
  const { subscription, push, pass, seen, end } = open();
  await subscription.ready;
  push("a");
  push("b");
  await pass(0);
  end();
  await pass(100);
  assert.deepEqual(seen.map((line) => line.replace(/\d+ /, "")), [
    ...["open", "catch up", "a", "b"],
    ...["open", "catch up"],
  ]);
  await subscription.close();
});

Deno.test("it subscribes again one second after a tick was due", async () => {
  const { subscription, pass, openings } = open();
  await pass(4_000);
  // The leader's clock is a minute behind.
  subscription.heardTick({ at: start - 60_000, nextAt: start - 55_000 });
  await pass(5_999);
  assert.deepEqual(openings(), [0]);
  await pass(200);
  assert.equal(openings().length, 2);
  await subscription.close();
});

Deno.test("expectWithin brings the due time of the next tick forward, never back", async () => {
  const { subscription, pass, openings } = open({ nextInMs: 30_000 });
  await pass(3_000);
  subscription.expectWithin(5_000);
  await pass(2_000);
  subscription.expectWithin(5_000);
  await pass(3_999);
  assert.deepEqual(openings(), [0]);
  await pass(200);
  assert.equal(openings().length, 2);
  subscription.heardTick({ at: start, nextAt: start + 5_000 });
  subscription.expectWithin(10_000);
  await pass(6_200);
  assert.equal(openings().length, 3, "the earlier due time stays");
  await subscription.close();
});

Deno.test("without a leader it subscribes less and less often, until a tick comes", async () => {
  const { subscription, pass, openings } = open({ nextInMs: -60_000 });
  await pass(300_000);
  const gaps = openings().slice(1).map((at, index) => at - openings()[index]!);
  for (const [index, expected] of [1, 2, 4, 8, 16, 30, 30].entries()) {
    assert.ok(Math.abs(gaps[index]! - expected * 1_000) <= 100, `opening ${index}: ${gaps[index]}`);
  }
  const before = openings().length;
  subscription.heardTick({ at: start, nextAt: start + 500 });
  await pass(1_700);
  assert.equal(openings().length, before + 1);
  await subscription.close();
});

Deno.test("while Redis is unreachable it tries at least every 4 seconds, and is not live", async () => {
  const { subscription, state, end, pass, openings } = open({ nextInMs: 600_000 });
  await pass(0);
  assert.equal(subscription.isLive(), true);
  state.isUnreachable = true;
  end();
  await pass(60_000);
  assert.equal(subscription.isLive(), false);
  const gaps = openings().slice(1).map((at, index) => at - openings()[index]!);
  assert.ok(gaps.every((gap) => gap >= 50 && gap <= 4_000), gaps.join());
  assert.ok(gaps.length > 15 && gaps.length < 40, `${gaps.length} tries`);
  state.isUnreachable = false;
  await pass(4_000);
  assert.equal(subscription.isLive(), true);
  await subscription.close();
});

Deno.test("after a gap it takes no more messages of that stream: the catch-up reads them with the lost ones", async () => {
  const { subscription, push, pass, seen } = open();
  await pass(0);
  for (const message of ["a", "gap", "b"]) push(message);
  await pass(0);
  push("c");
  await pass(100);
  push("d");
  await pass(0);
  assert.deepEqual(seen.map((line) => line.replace(/\d+ /, "")), [
    ...["open", "catch up", "a", "gap"],
    ...["open", "catch up", "d"],
  ]);
  await subscription.close();
});

Deno.test("nothing runs after the close", async () => {
  for (const isUnreachable of [false, true]) {
    const { subscription, state, timers, pass, openings } = open();
    state.isUnreachable = isUnreachable;
    await pass(100);
    const before = openings().length;
    await subscription.close();
    assert.equal(timers.countTimers(), 0);
    await pass(60_000);
    assert.equal(openings().length, before);
  }
});
