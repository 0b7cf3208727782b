import assert from "node:assert/strict";
import { breakable, createPollerRig } from "../tests/support/poller_rig.ts";
import { createLeaseKeeper, leaseTtlMs } from "./lease.ts";

function open() {
  const rig = createPollerRig();
  const { bus, state } = breakable(rig.bus);
  const keeper = createLeaseKeeper({ ...rig, bus, holder: "one" });
  const takeOther = () => rig.bus.lease.take("other", { ttlMs: leaseTtlMs, seenEpoch: 0 });
  return { ...rig, state, keeper, takeOther };
}

Deno.test("a held lease is renewed for as long as the window is open", async () => {
  const { keeper, takeOther, pass } = open();
  const held = await keeper.hold();
  assert.ok(held);
  await pass(10 * leaseTtlMs);
  assert.equal(keeper.present()?.lease.epoch, held.lease.epoch);
  assert.equal(held.lost.aborted, false);
  assert.equal(await takeOther(), undefined);
});

Deno.test("a pause between two windows keeps the lease; if no window follows, the lease expires", async () => {
  const { keeper, takeOther, pass } = open();
  const held = await keeper.hold();
  await pass(2_900);
  keeper.pause();
  await pass(1_000);
  assert.equal((await keeper.hold())?.lease.epoch, held?.lease.epoch);
  await pass(60_000);
  assert.ok(keeper.present());
  keeper.pause();
  keeper.renewedAt(0);
  await pass(leaseTtlMs);
  assert.ok(await takeOther());
  assert.equal(keeper.present(), undefined);
  assert.equal(await keeper.hold(), undefined);
});

Deno.test("the loss is noticed at the next renewal", async () => {
  const { bus, keeper, takeOther, pass } = open();
  const held = await keeper.hold();
  assert.ok(held);
  await bus.lease.release(held.lease);
  assert.ok(await takeOther());
  await pass(leaseTtlMs / 2);
  assert.equal(held.lost.aborted, true);
  assert.equal(keeper.present(), undefined);
});

Deno.test("a short failure of the bus does not cost the lease; a long one ends it in time", async () => {
  for (const fault of ["isFailing", "isHanging"] as const) {
    const { keeper, state, pass } = open();
    const held = await keeper.hold();
    state[fault] = true;
    await pass(4_500);
    state[fault] = false;
    await pass(20_000);
    assert.equal(held?.lost.aborted, false, fault);
    state[fault] = true;
    await pass(leaseTtlMs);
    assert.equal(held?.lost.aborted, true, fault);
  }
});

Deno.test("neither taking nor releasing throws when the bus does not answer", async () => {
  const { keeper, state, pass } = open();
  state.isFailing = true;
  assert.equal(await keeper.hold(), undefined);
  state.isFailing = false;
  assert.ok(await keeper.hold());
  state.isHanging = true;
  const released = keeper.release();
  await pass(2_000);
  await released;
  assert.equal(keeper.present(), undefined);
});

Deno.test("the late refusal of a former lease's renewal does not cost the present one", async () => {
  const { keeper, bus, pass } = open();
  const refused = Promise.withResolvers<undefined>();
  const { renew } = bus.lease;
  bus.lease.renew = () => refused.promise;
  await keeper.hold();
  await pass(3_000);
  keeper.drop();
  const present = await keeper.hold();
  refused.resolve(undefined);
  bus.lease.renew = renew;
  await pass(10_000);
  assert.equal(present?.lost.aborted, false);
});

Deno.test("publishing counts as a renewal", async () => {
  const { keeper, timers, bus, pass } = open();
  const held = await keeper.hold();
  assert.ok(held);
  let renewals = 0;
  const { renew } = bus.lease;
  bus.lease.renew = (...args) => (renewals++, renew(...args));
  for (let second = 0; second < 20; second++) {
    await pass(1_000);
    keeper.renewedAt(timers.now);
  }
  assert.equal(renewals, 0);
  assert.ok(keeper.present());
});

Deno.test("asked twice before the bus answers, it takes the lease once", async () => {
  const rig = createPollerRig();
  let takes = 0;
  const { take } = rig.bus.lease;
  const lease = {
    ...rig.bus.lease,
    async take(...args: Parameters<typeof take>) {
      // The first answer is the last to arrive.
      await rig.clock.sleep(takes++ === 0 ? 500 : 100);
      return await take(...args);
    },
  };
  const keeper = createLeaseKeeper({ ...rig, bus: { ...rig.bus, lease }, holder: "one" });
  const both = Promise.all([keeper.hold(), keeper.hold()]);
  await rig.pass(1_000);
  const [first, second] = await both;
  assert.ok(first && first === second && first === keeper.present());
  assert.equal(takes, 1);
  keeper.drop();
});
