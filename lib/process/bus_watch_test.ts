import assert from "node:assert/strict";
import FakeTimers from "@sinonjs/fake-timers";
import { createClock } from "../clock.ts";
import { readEveryMs, watchBus } from "./bus_watch.ts";

Deno.test("while the bus fails the store is read every 10 s, and the log says so once; else it is not read", async () => {
  const timers = FakeTimers.createClock();
  const state = { busFails: false, storeFails: false, reads: 0 };
  const logged: string[] = [];
  const keep = (...args: unknown[]) => void logged.push(String(args.at(-1)));
  const watch = watchBus({
    clock: createClock(timers),
    log: { info: keep, warn: keep },
    ping: () => state.busFails ? Promise.reject(new Error("away")) : Promise.resolve(),
    reload() {
      state.reads++;
      return state.storeFails ? Promise.reject(new Error("away too")) : Promise.resolve();
    },
  });
  const pass = (times: number) => timers.tickAsync(times * readEveryMs);
  await pass(3);
  assert.deepEqual([state.reads, logged], [0, []]);
  state.busFails = true;
  await pass(3);
  assert.equal(state.reads, 3);
  assert.equal(logged.length, 1);
  assert.match(logged[0]!, /read from the store every 10 s/);
  state.storeFails = true;
  await pass(1);
  assert.match(logged.at(-1)!, /could not be read/);
  Object.assign(state, { busFails: false, storeFails: false });
  await pass(2);
  assert.equal(state.reads, 4);
  assert.match(logged.at(-1)!, /answers again/);
  watch.close();
  state.busFails = true;
  await pass(3);
  assert.equal(state.reads, 4);
});
