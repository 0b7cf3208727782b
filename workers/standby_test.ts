import assert from "node:assert/strict";
import { interest } from "../lib/bus/bus_fixtures.ts";
import { createPollerRig } from "../tests/support/poller_rig.ts";
import { leaseTtlMs } from "./lease.ts";
import { createStandby } from "./standby.ts";

/** A standby after a tick that promises the next one `nextInMs` later; `state` has how long it waited. */
async function open({ nextInMs = 5_000, leaderAheadMs = 0 } = {}) {
  const rig = createPollerRig();
  const lease = await rig.bus.lease.take("leader", { ttlMs: 600_000, seenEpoch: 0 });
  assert.ok(lease);
  const held = lease;
  let seq = 0;
  async function tick(nextAt: number) {
    const { epoch } = held;
    const at = rig.timers.now + leaderAheadMs;
    const rest = { kind: "mark", tickMs: 5_000, quotes: [], unchanged: [] } as const;
    await rig.bus.publish({ ...rest, epoch, seq: ++seq, at, nextAt }, held);
  }
  const standby = createStandby(rig);
  // The first try is made at once.
  await standby.wait(new AbortController().signal);
  await tick(rig.timers.now + leaderAheadMs + nextInMs);
  const stop = new AbortController();
  const from = rig.timers.now;
  const state: { waitedMs?: number } = {};
  void standby.wait(stop.signal).then(() => state.waitedMs = rig.timers.now - from);
  return { ...rig, tick, stop, state, held, standby };
}

Deno.test("it tries when a tick is a second overdue", async () => {
  const { pass, state, tick, timers } = await open();
  await pass(4_000);
  await tick(timers.now + 5_000);
  await pass(20_000);
  assert.equal(state.waitedMs, 10_000);
});

Deno.test("it tries at once when the lease is announced free, and stops when the signal aborts", async () => {
  const free = await open();
  await free.pass(2_000);
  await free.bus.lease.release(free.held);
  await free.pass(0);
  assert.equal(free.state.waitedMs, 2_000);

  const stopped = await open();
  await stopped.pass(3_000);
  stopped.stop.abort();
  await stopped.pass(0);
  assert.equal(stopped.state.waitedMs, 3_000);
});

Deno.test("after a failed try it waits a second, even if every tick is overdue", async () => {
  const { pass, state } = await open({ nextInMs: -60_000 });
  await pass(5_000);
  assert.equal(state.waitedMs, 1_000);
});

Deno.test("it waits as long for a leader whose clock is ahead or behind", async () => {
  for (const leaderAheadMs of [-2_000, 2_000]) {
    const { pass, state, tick, timers } = await open({ leaderAheadMs });
    await pass(5_500);
    assert.equal(state.waitedMs, undefined, `${leaderAheadMs} ms ahead, half a second late`);
    await tick(timers.now + leaderAheadMs + 5_000);
    await pass(5_999);
    assert.equal(state.waitedMs, undefined);
    await pass(1);
    assert.equal(state.waitedMs, 11_500);

    const newcomers = { kind: "newcomers", interest: interest({ signedIn: ["AAPL"] }) } as const;
    const idle = await open({ leaderAheadMs, nextInMs: 30_000 });
    await idle.pass(5_000);
    await idle.bus.announce(newcomers);
    await idle.pass(2_000);
    assert.equal(idle.state.waitedMs, 7_000, "newcomers without a tick");
  }
});

Deno.test("after a failed try it tries again when the lease has expired, unless its holder publishes a tick", async () => {
  const newcomers = { kind: "newcomers", interest: interest({ signedIn: ["AAPL"] }) } as const;
  for (const holderTicks of [false, true]) {
    const { pass, tick, state, timers, bus, standby } = await open({ nextInMs: 30_000 });
    await bus.announce(newcomers);
    await pass(2_000);
    assert.equal(state.waitedMs, 2_000);
    let waitedMs: number | undefined;
    const triedAt = timers.now;
    void standby.wait(new AbortController().signal).then(() => waitedMs = timers.now - triedAt);
    await pass(1_000);
    if (holderTicks) await tick(timers.now + 30_000);
    await pass(40_000);
    assert.equal(waitedMs, holderTicks ? 32_000 : leaseTtlMs);
  }
});

Deno.test("newcomers without a tick bring the try forward; with one they do not", async () => {
  const newcomers = { kind: "newcomers", interest: interest({ signedIn: ["AAPL"] }) } as const;
  const ignored = await open({ nextInMs: 30_000 });
  await ignored.pass(5_000);
  await ignored.bus.announce(newcomers);
  await ignored.pass(60_000);
  assert.equal(ignored.state.waitedMs, 7_000);

  const served = await open({ nextInMs: 30_000 });
  await served.pass(5_000);
  await served.bus.announce(newcomers);
  await served.pass(500);
  await served.tick(served.timers.now + 5_000);
  await served.pass(60_000);
  assert.equal(served.state.waitedMs, 11_500);
});
