import assert from "node:assert/strict";
import { interest, sampleTick } from "../lib/bus/bus_fixtures.ts";
import { createPollerRig } from "../tests/support/poller_rig.ts";
import { healthRoutes } from "./health.ts";

Deno.test("ready while ticks come, without asking the bus who watches; not when they stop and somebody does", async () => {
  const { bus, ...rig } = createPollerRig();
  let asked = 0;
  const app = healthRoutes({
    ...rig,
    bus: { ...bus, wanted: () => (asked++, bus.wanted()) },
    store: { ping: () => Promise.resolve() },
    isPrepared: () => true,
  });
  const status = async () => (await app.request("/readyz")).status;
  const lease = await bus.lease.take("leader", { ttlMs: 60_000, seenEpoch: 0 });
  assert.ok(lease);
  const { epoch } = lease;
  await bus.want("here", interest({ signedIn: ["AAPL"] }));
  await bus.publish(sampleTick({ epoch, seq: 1, at: rig.timers.now }), lease);
  assert.deepEqual([await status(), asked], [200, 0]);
  await rig.pass(10_001);
  assert.deepEqual([await status(), asked], [503, 1]);
  await bus.want("here", interest({}));
  assert.equal(await status(), 200, "want of viewers is no fault");
});
