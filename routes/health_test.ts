import assert from "node:assert/strict";
import { interest, sampleTick } from "../lib/bus/bus_fixtures.ts";
import { createPollerRig } from "../tests/support/poller_rig.ts";
import { createTestApp } from "./app_fixtures.ts";
import { createPartClient } from "./client_fixtures.ts";
import { type HealthDeps, healthRoutes } from "./health.ts";

const ping = () => Promise.resolve();

/** A client of the routes beside a bus with a faked clock. */
function setUp(members: Partial<HealthDeps> = {}) {
  const rig = createPollerRig();
  const deps = { ...rig, store: { ping }, isPrepared: () => true, ...members };
  return { ...rig, request: createPartClient(healthRoutes(deps)) };
}

Deno.test("the process is up as soon as it answers", async () => {
  const { request } = setUp({ isPrepared: () => false });
  const { status, json } = await request("/healthz");
  assert.deepEqual([status, json], [200, { status: "up" }]);
});

Deno.test("ready: each check by its name", async () => {
  const { request } = setUp();
  const { status, json } = await request("/readyz");
  const checks = { prepared: true, store: true, bus: true, ticks: true };
  assert.deepEqual([status, json], [200, { status: "ready", checks }]);
});

Deno.test("not ready before migrations and demo users are done", async () => {
  const { request } = setUp({ isPrepared: () => false });
  const { status, json } = await request("/readyz");
  assert.deepEqual([status, json.status, json.checks.prepared], [503, "not ready", false]);
});

Deno.test("not ready while the store refuses, or does not answer within 2 seconds", async () => {
  const refusing = setUp({ store: { ping: () => Promise.reject(new Error("away")) } });
  const { status, json } = await refusing.request("/readyz");
  assert.deepEqual([status, json.checks.store, json.checks.bus], [503, false, true]);
  assert.ok(!JSON.stringify(json).includes("away"));

  const hanging = setUp({ store: { ping: () => new Promise(() => {}) } });
  const asked = hanging.request("/readyz");
  await hanging.pass(2_000);
  assert.equal((await asked).json.checks.store, false);
});

Deno.test("not ready without the bus, whose ticks are then not known either", async () => {
  const { bus } = createPollerRig();
  const away = { ...bus, ping: () => Promise.reject(new Error("away")) };
  const { status, json } = await setUp({ bus: away }).request("/readyz");
  assert.equal(status, 503);
  assert.deepEqual([json.checks.store, json.checks.bus, json.checks.ticks], [true, false, false]);
});

Deno.test("the figures are in Prometheus's text", async () => {
  await using app = await createTestApp();
  await app.publish("KO");
  const { status, headers, text } = await app.request("/metrics");
  assert.equal(status, 200);
  assert.match(headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
  assert.match(text, /^quoteboard_memory_rss_bytes \d+$/m);
});

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
