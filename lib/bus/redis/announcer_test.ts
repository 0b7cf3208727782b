import assert from "node:assert/strict";
import FakeTimers from "@sinonjs/fake-timers";
import { createClock } from "../../clock.ts";
import { createLog } from "../../log.ts";
import { createAnnouncer, waitingMax } from "./announcer.ts";

function open() {
  const timers = FakeTimers.createClock();
  const state = { isAway: false, tries: 0 };
  const taken: string[] = [];
  const announcer = createAnnouncer({
    clock: createClock(timers),
    log: createLog("silent"),
    send(body) {
      state.tries++;
      if (state.isAway) return Promise.reject(new Error("Redis is away"));
      taken.push(body);
      return Promise.resolve();
    },
  });
  return { timers, state, taken, announcer };
}

Deno.test("what Redis did not take is announced when it is back, in order and each once", async () => {
  const { timers, state, taken, announcer } = open();
  await announcer.announce("first");
  state.isAway = true;
  await assert.rejects(announcer.announce("second"));
  await assert.rejects(announcer.announce("third"));
  await timers.tickAsync(10_000);
  assert.deepEqual(taken, ["first"]);
  state.isAway = false;
  await timers.tickAsync(4_000);
  assert.deepEqual(taken, ["first", "second", "third"]);
  await timers.tickAsync(60_000);
  assert.equal(taken.length, 3);
});

Deno.test("a Redis that stays away is tried every few seconds, with no more than the newest", async () => {
  const { timers, state, taken, announcer } = open();
  state.isAway = true;
  const all = Array.from({ length: waitingMax + 5 }, (_, index) => `${index}`);
  for (const body of all) await assert.rejects(announcer.announce(body));
  state.tries = 0;
  await timers.tickAsync(60_000);
  assert.ok(state.tries >= 15 && state.tries <= 20, `${state.tries} tries`);
  state.isAway = false;
  await timers.tickAsync(4_000);
  assert.deepEqual(taken, all.slice(5));
});

Deno.test("nothing is tried after the close", async () => {
  const { timers, state, announcer } = open();
  state.isAway = true;
  await assert.rejects(announcer.announce("late"));
  announcer.close();
  state.tries = 0;
  await timers.tickAsync(60_000);
  assert.equal(state.tries, 0);
});
