import assert from "node:assert/strict";
import type { Tick } from "../lib/bus/bus.ts";
import {
  breakable,
  createPollerRig,
  minute,
  type PollerRig,
  startCron,
} from "../tests/support/poller_rig.ts";
import { leaseTtlMs } from "./lease.ts";

/** The ticks of every poller must be numbered without a gap within each epoch, and epochs grow. */
function assertNumbered(ticks: readonly Tick[]) {
  let last = { epoch: 0, seq: 0 };
  for (const { epoch, seq } of ticks) {
    assert.ok(epoch === last.epoch ? seq === last.seq + 1 : epoch > last.epoch && seq === 1);
    last = { epoch, seq };
  }
}

const marksOf = (ticks: readonly Tick[]) =>
  ticks.filter(({ kind }) => kind === "mark").map(({ at }) => Math.floor((at - minute) / 5_000));

Deno.test("when minutes turn and cron is late, no tick is lost and none comes twice", async () => {
  const jittersMs = [0, 200, 37, 120];
  const rig = createPollerRig();
  await rig.watch(["AAPL", "MSFT"]);
  const poller = rig.openPoller();
  const first = poller.openWindow();
  startCron(rig, { poller, jittersMs });
  await rig.pass(59_600);
  await first;
  await rig.pass(4 * 60_000);
  await rig.close();

  const count = Math.floor((59_600 + 4 * 60_000) / 5_000) + 1;
  assert.deepEqual(marksOf(rig.ticks), Array.from({ length: count }, (_, index) => index));
  assertNumbered(rig.ticks);
  assert.equal(new Set(rig.ticks.map(({ epoch }) => epoch)).size, 1, "the lease was kept");
  assert.deepEqual(rig.offsets(rig.source.calls), rig.offsets(rig.ticks), "one call a tick");
  const late = rig.offsets(rig.ticks).map((offset) => offset % 5_000).filter((ms) => ms > 0);
  assert.deepEqual(late, [200, 37, 120], "only a late window's first tick is off its mark");
});

Deno.test("a computer that slept past the minute's turn polls on as soon as it wakes", async () => {
  const rig = createPollerRig();
  await rig.watch(["AAPL"]);
  startCron(rig, { poller: rig.openPoller(), jittersMs: [0] });
  await rig.pass(118_000);
  // During sleep the clock goes on and the timers do not.
  rig.timers.setSystemTime(minute + 135_000);
  const callsBefore = rig.source.calls.length;
  await rig.pass(15_000);
  assert.ok(rig.source.calls.length - callsBefore >= 2, "two marks passed since it woke");
  await rig.close();
});

Deno.test("each tick says when the next one is due", async () => {
  const rig = createPollerRig({ startMs: minute + 2_300 });
  await rig.watch(["AAPL"]);
  void rig.openPoller().openWindow();
  await rig.pass(13_000);
  assert.deepEqual(rig.offsets(rig.ticks), [2_300, 5_000, 10_000, 15_000]);
  const next = rig.ticks.map(({ nextAt }) => nextAt - minute);
  assert.deepEqual(next, [5_000, 10_000, 15_000, 20_000]);
  await rig.close();
});

Deno.test("windows that overlap are one window", async () => {
  const rig = createPollerRig();
  await rig.watch(["AAPL"]);
  const poller = rig.openPoller();
  const windows = [poller.openWindow(), poller.openWindow()];
  await rig.pass(7_000);
  windows.push(poller.openWindow());
  assert.equal(new Set(windows).size, 1);
  assert.equal(rig.source.calls.length, 2);
  await rig.close();
  await Promise.all(windows);
});

Deno.test("a source slower than the cadence leaves ticks empty, but delays neither ticks nor windows", async () => {
  const rig = createPollerRig();
  await rig.watch(["AAPL"]);
  rig.source.answer = () => new Promise(() => {});
  const poller = rig.openPoller();
  const first = poller.openWindow();
  startCron(rig, { poller, jittersMs: [150] });
  await rig.pass(59_500);
  await first;
  assert.ok(rig.ticks.length > 0 && rig.ticks.every(({ quotes }) => quotes.length === 0));
  await rig.pass(60_000);
  const late = rig.ticks.map(({ at }, index) => at - (rig.ticks[index - 1]?.nextAt ?? at));
  assert.ok(late.every((ms) => ms <= 200), `overdue by ${late}`);
  await rig.close();
});

Deno.test("one of several instances polls; when it stops, another polls within a second", async () => {
  const rig = createPollerRig();
  await rig.watch(["AAPL"]);
  const [first, second] = [rig.openPoller(), rig.openPoller()];
  void first.openWindow();
  void second.openWindow();
  await rig.pass(12_000);
  assert.deepEqual(rig.offsets(rig.source.calls), [0, 5_000, 10_000]);
  await first.stop();
  await rig.pass(1_000);
  assert.deepEqual(rig.offsets(rig.source.calls), [0, 5_000, 10_000, 12_000]);
  await rig.pass(5_000);
  assert.deepEqual(rig.offsets(rig.source.calls).at(-1), 15_000);
  assertNumbered(rig.ticks);
  assert.equal(new Set(rig.ticks.map(({ epoch }) => epoch)).size, 2);
  await rig.close();
});

Deno.test("when the leader vanishes, another takes over within two seconds after the lease expires", async () => {
  const rig = createPollerRig();
  await rig.watch(["AAPL"]);
  const gone = breakable(rig.bus);
  void rig.openPoller({ bus: gone.bus }).openWindow();
  await rig.pass(100);
  void rig.openPoller().openWindow();
  await rig.pass(6_900);
  gone.state.isHanging = true;
  const callsBefore = rig.source.calls.length;
  await rig.pass(leaseTtlMs + 2_000);
  const later = rig.source.calls.slice(callsBefore);
  assert.ok(later.length >= 1, "an instance polls again");
  assert.equal(new Set(rig.ticks.map(({ epoch }) => epoch)).size, 2);
  assertNumbered(rig.ticks);
  await rig.close();
});

Deno.test("a standby does not ask for the lease while ticks come in time", async () => {
  const rig = createPollerRig();
  await rig.watch(["AAPL"]);
  const poller = rig.openPoller();
  void poller.openWindow();
  await rig.pass(100);
  let tries = 0;
  const take: PollerRig["bus"]["lease"]["take"] = (
    ...args
  ) => (tries++, rig.bus.lease.take(...args));
  const standby = rig.openPoller({ bus: { ...rig.bus, lease: { ...rig.bus.lease, take } } });
  void standby.openWindow();
  await rig.pass(50_000);
  assert.equal(tries, 1, "only when its window opened");
  await rig.close();
});

Deno.test("if an idle leader is gone, newcomers make a standby try for the lease", async () => {
  const rig = createPollerRig();
  const gone = breakable(rig.bus);
  void rig.openPoller({ bus: gone.bus }).openWindow();
  void rig.openPoller().openWindow();
  await rig.pass(1_000);
  gone.state.isHanging = true;
  await rig.pass(8_000);
  await rig.watch(["AAPL"], { newcomers: ["AAPL"] });
  await rig.pass(2_100);
  assert.deepEqual(rig.source.calls.map(({ tickers }) => tickers), [["AAPL"]]);
  await rig.close();
});

Deno.test("an instance that gets no answer about the lease asks again soon, whatever the last tick promised", async () => {
  const rig = createPollerRig();
  const idle = rig.openPoller();
  const { take } = rig.bus.lease;
  let isAnswerLost = false;
  const other = rig.openPoller({
    bus: {
      ...rig.bus,
      lease: {
        ...rig.bus.lease,
        async take(...args) {
          const lease = await take(...args);
          if (isAnswerLost && lease) throw new Error("The answer was lost.");
          return lease;
        },
      },
    },
  });
  void idle.openWindow();
  await rig.pass(1_000);
  isAnswerLost = true;
  await idle.stop();
  void other.openWindow();
  await rig.pass(1_500);
  isAnswerLost = false;
  await rig.watch(["AAPL"]);
  await rig.pass(2_000);
  assert.equal(rig.source.calls.length, 1);
  await rig.close();
});

Deno.test("answers that come after the lease was lost are not published", async () => {
  const rig = createPollerRig();
  await rig.watch(["AAPL"]);
  const { state, bus } = breakable(rig.bus);
  const slow = Promise.withResolvers<void>();
  const { answer } = rig.source;
  rig.source.answer = async (tickers) => {
    await slow.promise;
    return answer(tickers);
  };
  void rig.openPoller({ bus, pollIntervalMs: 20_000 }).openWindow();
  await rig.pass(100);
  state.isFailing = true;
  await rig.pass(leaseTtlMs);
  state.isFailing = false;
  assert.ok(await rig.bus.lease.take("other", { ttlMs: 60_000, seenEpoch: 0 }));
  slow.resolve();
  await rig.pass(5_000);
  assert.equal(rig.source.calls.length, 1);
  assert.deepEqual(rig.ticks, []);
  await rig.close();
});

Deno.test("a refused tick makes the instance a standby", async () => {
  const rig = createPollerRig();
  await rig.watch(["AAPL"]);
  const poller = rig.openPoller({
    bus: { ...rig.bus, publish: () => Promise.resolve("stale_epoch") },
  });
  void poller.openWindow();
  await rig.pass(10_000);
  assert.ok(rig.source.calls.length <= 11, `${rig.source.calls.length} paid calls`);
  assert.ok(((await rig.metrics.ticksRefused.get()).values[0]?.value ?? 0) >= 1);
  await rig.close();
});

Deno.test("a bus that hangs or fails neither throws into cron nor costs a minute; polling resumes", async () => {
  for (const fault of ["isHanging", "isFailing"] as const) {
    const rig = createPollerRig();
    await rig.watch(["AAPL"]);
    const { state, bus } = breakable(rig.bus);
    const poller = rig.openPoller({ bus });
    const window = poller.openWindow();
    await rig.pass(58_000);
    state[fault] = true;
    await rig.pass(1_900);
    await window;
    startCron(rig, { poller, jittersMs: [10] });
    await rig.pass(20_000);
    state[fault] = false;
    const ticksBefore = rig.ticks.length;
    await rig.pass(10_000);
    assert.ok(rig.ticks.length - ticksBefore >= 2, fault);
    await rig.close();
  }
});

Deno.test("a bus that hangs when the window ends does not keep it open past the minute's turn", async () => {
  const rig = createPollerRig({ startMs: minute + 58_400 });
  const { state, bus } = breakable(rig.bus);
  state.isHanging = true;
  let isClosed = false;
  void rig.openPoller({ bus }).openWindow().then(() => isClosed = true);
  await rig.pass(1_500);
  assert.equal(isClosed, true);
  await rig.close();
});

Deno.test("if cron loses minutes, the window opens by itself, and no tick is lost", async () => {
  const rig = createPollerRig();
  await rig.watch(["AAPL"]);
  void rig.openPoller().openWindow();
  await rig.pass(3 * 60_000);
  await rig.close();
  assert.deepEqual(marksOf(rig.ticks), Array.from({ length: 36 }, (_, index) => index));
  const late = rig.offsets(rig.ticks).map((offset) => offset % 5_000).filter((ms) => ms > 0);
  assert.deepEqual(late, [1_000, 1_000], "only the first of a window of its own is off its mark");
});

Deno.test("after stop the instance polls no more and the lease is free", async () => {
  const rig = createPollerRig();
  await rig.watch(["AAPL"]);
  const poller = rig.openPoller();
  const window = poller.openWindow();
  await rig.pass(6_000);
  await poller.stop();
  await window;
  assert.ok(await rig.bus.lease.take("other", { ttlMs: 1_000, seenEpoch: 0 }));
  await poller.openWindow();
  await rig.pass(60_000);
  assert.equal(rig.source.calls.length, 2);
  await poller.stop();
});
