import assert from "node:assert/strict";
import { interest, sampleTick } from "../lib/bus/bus_fixtures.ts";
import { createPollerRig } from "../tests/support/poller_rig.ts";
import { createTestApp } from "./app_fixtures.ts";
import { createPartClient } from "./client_fixtures.ts";
import { type HealthDeps, healthRoutes } from "./health.ts";

const ping = () => Promise.resolve();
const config = { metricsToken: undefined, production: false, trustedProxies: 0 };

/** A client of the routes beside a bus with a faked clock. */
function setUp(members: Partial<HealthDeps> = {}) {
  const rig = createPollerRig();
  const deps = { ...rig, config, store: { ping }, isPrepared: () => true, ...members };
  const routes = healthRoutes(deps);
  return { ...rig, routes, request: createPartClient(routes) };
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

Deno.test("what all instances share is reported, and takes an instance out only where it is asked for", async () => {
  const { request } = setUp({
    store: { ping: () => Promise.reject(new Error("away")) },
    bus: { ...createPollerRig().bus, ping: () => Promise.reject(new Error("away")) },
  });
  const { status, json } = await request("/readyz");
  const checks = { prepared: true, store: false, bus: false, ticks: false };
  assert.deepEqual([status, json], [200, { status: "ready", checks }]);
  const strict = await request("/readyz?strict");
  assert.deepEqual([strict.status, strict.json], [503, { status: "not ready", checks }]);
});

Deno.test("strict: a bus that fails between the ping and the next question is an answer too", async () => {
  const { bus } = createPollerRig();
  const failing = { ...bus, wanted: () => Promise.reject(new Error("away")) };
  const { request, pass } = setUp({ bus: failing });
  await pass(60_000);
  assert.equal((await request("/readyz?strict")).status, 503);
});

Deno.test("strict: not ready while the store refuses, or does not answer within 2 seconds", async () => {
  const refusing = setUp({ store: { ping: () => Promise.reject(new Error("away")) } });
  const { status, json } = await refusing.request("/readyz?strict");
  assert.deepEqual([status, json.checks.store, json.checks.bus], [503, false, true]);
  assert.ok(!JSON.stringify(json).includes("away"));

  const hanging = setUp({ store: { ping: () => new Promise(() => {}) } });
  const asked = hanging.request("/readyz?strict");
  await hanging.pass(2_000);
  assert.equal((await asked).json.checks.store, false);
});

Deno.test("strict: not ready without the bus, whose ticks are then not known either", async () => {
  const { bus } = createPollerRig();
  const away = { ...bus, ping: () => Promise.reject(new Error("away")) };
  const { status, json } = await setUp({ bus: away }).request("/readyz?strict");
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

Deno.test("in production the figures are for the operator's networks", async () => {
  const statusFrom = async (hostname: string) => {
    const { routes } = setUp({ config: { ...config, production: true } });
    const remoteAddr = { transport: "tcp", hostname, port: 1 };
    return (await routes.request("/metrics", {}, { remoteAddr })).status;
  };
  for (const address of ["127.0.0.1", "::1", "10.1.2.3", "172.31.0.1", "192.168.1.1", "fd00::1"]) {
    assert.equal(await statusFrom(address), 200, address);
  }
  for (const address of ["203.0.113.7", "172.32.0.1", "2001:db8::1", "::ffff:203.0.113.7"]) {
    assert.equal(await statusFrom(address), 401, address);
  }
});

Deno.test("with a token the figures are for its bearers, wherever they are", async () => {
  await using app = await createTestApp({ config: { metricsToken: "figures" } });
  const statusOf = async (headers = {}) => (await app.request("/metrics", { headers })).status;
  assert.equal(await statusOf(), 401);
  assert.equal(await statusOf({ authorization: "Bearer other" }), 401);
  assert.equal(await statusOf({ authorization: "Bearer figures" }), 200);
});

Deno.test("strict: ready while ticks come, without asking the bus who watches; not when they stop and somebody does", async () => {
  const { bus, ...rig } = createPollerRig();
  let asked = 0;
  const app = healthRoutes({
    ...rig,
    config,
    bus: { ...bus, wanted: () => (asked++, bus.wanted()) },
    store: { ping: () => Promise.resolve() },
    isPrepared: () => true,
  });
  const status = async () => (await app.request("/readyz?strict")).status;
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
  await rig.pass(15_000);
  assert.equal(await status(), 503, "a heartbeat was due");
});
