import assert from "node:assert/strict";
import type { Bus } from "../../lib/bus/bus.ts";
import type { Clock } from "../../lib/clock.ts";
import { createPollerRig, minute } from "../../tests/support/poller_rig.ts";
import { createLeaseKeeper } from "../lease.ts";
import { createPublisher, type Occasion } from "./publisher.ts";

const nothing = { quotes: [], unchanged: [] };
const cadenceMs = 5_000;

async function open(change: (bus: Bus, clock: Clock) => Partial<Bus> = () => ({})) {
  const rig = createPollerRig();
  const bus = { ...rig.bus, ...change(rig.bus, rig.clock) };
  const keeper = createLeaseKeeper({ ...rig, bus, holder: "one" });
  const publisher = createPublisher({ ...rig, bus, keeper });
  const publish = (occasion: Omit<Occasion, "cadenceMs">) =>
    publisher.publish(nothing, { ...occasion, cadenceMs });
  const held = await keeper.hold();
  assert.ok(held);
  return { ...rig, keeper, publisher, publish, epoch: held.lease.epoch };
}

Deno.test("ticks are published one after the other, in the order of the calls", async () => {
  const delaysMs = [500, 20, 0];
  const { publish, ticks, epoch, pass } = await open((bus, clock) => ({
    async publish(tick, lease) {
      await clock.sleep(delaysMs.shift() ?? 0);
      return bus.publish(tick, lease);
    },
  }));
  for (const kind of ["mark", "newcomers", "mark"] as const) {
    void publish({ epoch, kind });
  }
  await pass(1_000);
  assert.deepEqual(ticks.map(({ seq, kind }) => [seq, kind]), [
    [1, "mark"],
    [2, "newcomers"],
    [3, "mark"],
  ]);
});

Deno.test("with a slow source, a tick promises the next one with the same delay", async () => {
  const { publisher, publish, ticks, epoch, pass } = await open();
  const promised = () => (ticks.at(-1)?.nextAt ?? 0) - minute;
  await pass(300);
  await publish({ epoch, kind: "mark", startedAt: minute });
  assert.equal(promised(), 5_000);
  await pass(2_700);
  await publish({ epoch, kind: "mark", startedAt: minute });
  assert.equal(promised(), 8_000);
  await publish({ epoch, kind: "newcomers", startedAt: minute + 3_000 });
  assert.equal(promised(), 8_000);
  assert.equal(publisher.isDue(minute + 3_000, { epoch, cadenceMs }), false);
  assert.equal(publisher.isDue(minute + 5_000, { epoch, cadenceMs }), true);
  const next = { epoch: epoch + 1, cadenceMs };
  assert.equal(publisher.isDue(minute + 3_000, next), true, "a new leader publishes at once");
});

Deno.test("a number is used once, even when publishing failed", async () => {
  let isFailing = true;
  const { publish, ticks, epoch, keeper } = await open((bus) => ({
    publish: (...args) => isFailing ? Promise.reject(new Error("Lost.")) : bus.publish(...args),
  }));
  await publish({ epoch, kind: "mark" });
  isFailing = false;
  await publish({ epoch, kind: "mark" });
  assert.deepEqual(ticks.map(({ seq }) => seq), [2]);
  assert.ok(keeper.present(), "one failure does not cost the lease");
});

Deno.test("nothing is published for a term that is over", async () => {
  const { publish, ticks, epoch, keeper } = await open();
  keeper.drop();
  await publish({ epoch, kind: "mark" });
  const next = await keeper.hold();
  assert.ok(next && next.lease.epoch > epoch);
  await publish({ epoch, kind: "mark" });
  assert.equal(ticks.length, 0);
  await publish({ epoch: next.lease.epoch, kind: "mark" });
  assert.deepEqual(ticks.map(({ seq }) => seq), [1]);
});
