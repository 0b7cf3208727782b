import FakeTimers from "@sinonjs/fake-timers";
import assert from "node:assert/strict";
import { price, sampleQuote } from "../lib/bus/bus_fixtures.ts";
import { createClock } from "../lib/clock.ts";
import { createLog } from "../lib/log.ts";
import { createDaySeries } from "../lib/market/day_series.ts";
import { openKvStore } from "../lib/store/kv_store.ts";
import type { SavedCourse, Store } from "../lib/store/store.ts";
import { createCourseSaves } from "./save_courses.ts";

/** Ten o'clock in New York. */
const startMs = Date.parse("2026-11-23T15:00:00Z");

/** Instances over one real store, with one clock that the test turns. */
async function open() {
  const timers = FakeTimers.createClock(startMs);
  const clock = createClock(timers);
  const kv = await openKvStore({ path: ":memory:" });
  const state = { saves: 0, reads: 0, isDown: false };
  const store: Pick<Store, "courses" | "saveCourses"> = {
    courses() {
      state.reads++;
      return kv.courses();
    },
    async saveCourses(courses: readonly SavedCourse[]) {
      if (state.isDown) throw new Error("No store.");
      state.saves++;
      await kv.saveCourses(courses);
    },
  };
  /** The store is real: its answers take turns of the real event loop. */
  const pass = async (ms: number) => {
    await timers.tickAsync(ms);
    for (let turn = 0; turn < 50; turn++) {
      await new Promise((resolve) => setTimeout(resolve));
      await timers.tickAsync(0);
    }
  };
  function start() {
    const daySeries = createDaySeries({ clock });
    const saves = createCourseSaves({ daySeries, store, clock, log: createLog("silent") });
    return {
      daySeries,
      saves,
      see(dollars: string, symbol = "AAPL") {
        const at = clock.now();
        const quotes = [sampleQuote(symbol, { at, price: price(dollars) })];
        daySeries.take({ quotes, unchanged: [], at, cadenceMs: 5_000 });
      },
      prices: (symbol = "AAPL") =>
        daySeries.of(sampleQuote(symbol, { at: 0 }).ticker)?.points.map(([, price]) =>
          price / 10_000
        ),
    };
  }
  return { state, kv, start, pass, [Symbol.asyncDispose]: () => kv.close() };
}

Deno.test("the leader saves at most once a minute, however often it is asked", async () => {
  await using rig = await open();
  const leader = rig.start();
  for (let mark = 0; mark < 36; mark++) {
    leader.see(String(100 + mark));
    leader.saves.runIfDue();
    await rig.pass(5_000);
  }
  assert.equal(rig.state.saves, 3);
  assert.equal(rig.state.reads, 1);
});

Deno.test("after a restart the course goes on, and a stop loses nothing", async () => {
  await using rig = await open();
  const before = rig.start();
  before.see("100");
  before.saves.runIfDue();
  await rig.pass(5_000);
  before.see("101");
  await Promise.all([before.saves.stop(), rig.pass(0)]);
  await rig.pass(30_000);
  const after = rig.start();
  after.daySeries.restore(await rig.kv.courses());
  after.see("102");
  assert.deepEqual(after.prices(), [100, 101, 102]);
});

Deno.test("a new leader merges what the one before saved, and overwrites nothing with less", async () => {
  await using rig = await open();
  const first = rig.start();
  first.see("100");
  first.see("70", "KO");
  first.saves.runIfDue();
  await rig.pass(60_000);
  const second = rig.start();
  second.see("101");
  second.saves.runIfDue();
  await rig.pass(0);
  const third = rig.start();
  third.daySeries.restore(await rig.kv.courses());
  assert.deepEqual([third.prices(), third.prices("KO")], [[100, 101], [70]]);
});

Deno.test("a store that fails costs a save, and the next minute tries again", async () => {
  await using rig = await open();
  const leader = rig.start();
  leader.see("100");
  rig.state.isDown = true;
  leader.saves.runIfDue();
  await rig.pass(59_000);
  rig.state.isDown = false;
  leader.saves.runIfDue();
  await rig.pass(0);
  assert.equal(rig.state.saves, 0);
  await rig.pass(1_000);
  leader.saves.runIfDue();
  await rig.pass(0);
  assert.equal(rig.state.saves, 1);
});

Deno.test("an instance that never led saves nothing at its stop; nothing is saved after a stop", async () => {
  await using rig = await open();
  const standby = rig.start();
  standby.see("100");
  await Promise.all([standby.saves.stop(), rig.pass(400)]);
  standby.saves.runIfDue();
  await rig.pass(0);
  assert.equal(rig.state.saves, 0);
});
