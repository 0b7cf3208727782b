import assert from "node:assert/strict";
import FakeTimers from "@sinonjs/fake-timers";
import { createClock } from "../../clock.ts";
import { createLog } from "../../log.ts";
import { createAnnouncer, waitingMax } from "./announcer.ts";

function open() {
  const timers = FakeTimers.createClock();
  const state = { isUnreachable: false, tries: 0 };
  const taken: string[] = [];
  const announcer = createAnnouncer({
    clock: createClock(timers),
    log: createLog("silent"),
    send(body) {
      state.tries++;
      if (state.isUnreachable) return Promise.reject(new Error("Redis is unreachable"));
      taken.push(body);
      return Promise.resolve();
    },
  });
  return { timers, state, taken, announcer };
}

Deno.test("announcements that failed are sent when Redis is reachable again, in order and each once", async () => {
  const { timers, state, taken, announcer } = open();
  await announcer.announce("first");
  state.isUnreachable = true;
  await assert.rejects(announcer.announce("second"));
  await assert.rejects(announcer.announce("third"));
  await timers.tickAsync(10_000);
  assert.deepEqual(taken, ["first"]);
  state.isUnreachable = false;
  await timers.tickAsync(4_000);
  assert.deepEqual(taken, ["first", "second", "third"]);
  await timers.tickAsync(60_000);
  assert.equal(taken.length, 3);
});

Deno.test("while Redis is unreachable, the announcer tries every few seconds and keeps only the newest announcements", async () => {
  const { timers, state, taken, announcer } = open();
  state.isUnreachable = true;
  const all = Array.from({ length: waitingMax + 5 }, (_, index) => `${index}`);
  for (const body of all) await assert.rejects(announcer.announce(body));
  state.tries = 0;
  await timers.tickAsync(60_000);
  assert.ok(state.tries >= 15 && state.tries <= 20, `${state.tries} tries`);
  state.isUnreachable = false;
  await timers.tickAsync(4_000);
  assert.deepEqual(taken, all.slice(5));
});

Deno.test("nothing is sent after the close", async () => {
  const { timers, state, announcer } = open();
  state.isUnreachable = true;
  await assert.rejects(announcer.announce("late"));
  announcer.close();
  state.tries = 0;
  await timers.tickAsync(60_000);
  assert.equal(state.tries, 0);
});
