import assert from "node:assert/strict";
import type { Tick } from "../lib/bus/bus.ts";
import { interest, sampleTick } from "../lib/bus/bus_fixtures.ts";
import { createRedisBus } from "../lib/bus/redis_bus.ts";
import { createClock } from "../lib/clock.ts";
import { createLog } from "../lib/log.ts";
import { createMetrics } from "../lib/metrics.ts";
import { isStale } from "../lib/quote.ts";
import { createAlbert } from "../lib/sources/albert.ts";
import { startGateway, startRedis } from "../tests/support/redis.ts";
import { type ProcessOptions, startInstance } from "../tests/support/redis_process.ts";
import { eventually } from "../tests/support/redis_rig.ts";
import { startAlbertUpstream } from "../tools/albert_upstream.ts";
import { createPoller } from "./poll_quotes.ts";
import { overdueMs } from "./standby.ts";
import { createUpstreams } from "./upstream/create_upstreams.ts";

const clock = createClock();
const pollIntervalMs = 1_000;
const symbols = Array.from({ length: 120 }, (_, index) => `T${index}`);
/** 120 tickers at 50 a call. */
const callsPerTick = 3;

async function openBackbone() {
  const redis = await startRedis();
  const gateway = await startGateway({ redisUrl: redis.url });
  const closing: (() => Promise<unknown>)[] = [redis.close, gateway.close];

  /** A service on the shared Redis that no other test sees; an instance that does not poll watches it. */
  async function openService(prefix: string) {
    const { url, token } = gateway;
    const tickers = Object.fromEntries(symbols.map((symbol) => [symbol, symbol]));
    const upstream = startAlbertUpstream({ port: 0, tickers });
    closing.push(upstream.close);

    async function openBus() {
      const [log, metrics] = [createLog("silent"), createMetrics()];
      const common = { clock, log, metrics, isStale, cadenceMs: pollIntervalMs };
      const bus = await createRedisBus({ ...common, url, token, prefix });
      closing.push(bus.close);
      return { bus, log, metrics };
    }

    const { bus } = await openBus();
    const ticks: Tick[] = [];
    bus.subscribe(({ tick }) => ticks.push(tick));
    await bus.want("viewers", interest({ signedIn: symbols }));

    return {
      bus,
      ticks,
      upstream,
      async openPoller(instanceId: string) {
        const albert = createAlbert({ url: new URL(upstream.url), key: "demo", clock });
        // Calls under a limit are reserved by a tick of their own; here ticks and calls are compared.
        const source = { ...albert, limits: [] };
        const instance = await openBus();
        const poller = createPoller({
          ...instance,
          upstreams: createUpstreams([source], { ...instance, clock, pollIntervalMs }),
          clock,
          instanceId,
          pollIntervalMs,
        });
        let isStopped = false;
        async function stop() {
          isStopped = true;
          await poller.stop();
        }
        async function openWindows() {
          while (!isStopped) await poller.openWindow();
        }
        closing.push(stop);
        void openWindows();
        return { instanceId, stop };
      },
      startProcess(instanceId: string, role: ProcessOptions["role"] = "poller") {
        const options = { role, url, token, prefix, instanceId, upstreamUrl: upstream.url };
        const instance = startInstance(options);
        closing.push(instance.end);
        return instance;
      },
      async leader(): Promise<string> {
        const key = encodeURIComponent(`${prefix}:{bus}:lease`);
        const headers = { authorization: `Bearer ${token}` };
        const response = await fetch(`${url}/hget/${key}/holder`, { headers });
        return (await response.json()).result;
      },
      /** A poll makes its calls before its tick, so the difference may be too high for a moment: the lowest one of a second counts. */
      async callsWithoutTick() {
        let least = Infinity;
        for (let sample = 0; sample < 100; sample++) {
          least = Math.min(least, upstream.calls().prices - ticks.length * callsPerTick);
          await clock.sleep(10);
        }
        return least;
      },
      async ticksMore(count: number) {
        const goal = ticks.length + count;
        await eventually(() => assert.ok(ticks.length >= goal), { withinMs: 12_000 });
      },
    };
  }

  return {
    redis,
    openService,
    async [Symbol.asyncDispose]() {
      for (const close of closing.reverse()) await close();
    },
  };
}

/** Every mark has its tick, and no tick has an older epoch than the one before it. */
function assertUnbroken(ticks: readonly Tick[]) {
  const marks = [...new Set(ticks.map(({ at }) => Math.floor(at / pollIntervalMs)))];
  assert.deepEqual(marks, marks.map((_, index) => marks[0]! + index), "no mark is missing");
  for (const [index, { epoch }] of ticks.entries()) {
    assert.ok(epoch >= (ticks[index - 1]?.epoch ?? 0), "no tick of a former leader comes later");
  }
}

Deno.test("2, 3 and 5 instances make one upstream call a tick and batch; a clean stop hands over at once", async () => {
  await using backbone = await openBackbone();
  await Promise.all([2, 3, 5].map(async (count) => {
    const service = await backbone.openService(`of_${count}`);
    const { ticks } = service;
    const names = Array.from({ length: count }, (_, index) => `instance ${index}`);
    const pollers = await Promise.all(names.map(service.openPoller));
    await service.ticksMore(3);
    // Between two marks, so that the stop cuts no call short.
    await clock.sleep(200);
    const leader = await service.leader();
    const seen = ticks.length;
    await pollers.find(({ instanceId }) => instanceId === leader)?.stop();
    await service.ticksMore(1);
    const [last, next] = ticks.slice(seen - 1);
    assert.ok(last && next);
    assert.ok(
      next.at < last.nextAt + overdueMs,
      "a free lease is announced",
    );
    await service.ticksMore(2);
    assert.notEqual(await service.leader(), leader);
    assert.equal(new Set(ticks.map(({ epoch }) => epoch)).size, 2);
    assert.equal(await service.callsWithoutTick(), 0);
    assertUnbroken(ticks);
  }));
});

Deno.test("killed or frozen, a leader is replaced within 10 seconds; thawed, it polls and publishes no more", async () => {
  await using backbone = await openBackbone();
  await Promise.all((["SIGKILL", "SIGSTOP"] as const).map(async (signal) => {
    const service = await backbone.openService(signal);
    const { ticks } = service;
    const processes = ["one", "two"].map((name) => service.startProcess(name));
    await Promise.all(processes.map((process) => process.say()));
    await service.ticksMore(2);
    const former = await service.leader();
    const process = processes.find(({ instanceId }) => instanceId === former);
    assert.ok(process);
    const endedAt = clock.now();
    process.kill(signal);
    const callsBefore = await service.callsWithoutTick();
    const seen = ticks.length;
    await service.ticksMore(1);
    const tookMs = ticks[seen]!.at - endedAt;
    assert.ok(tookMs > 3_000 && tookMs < 10_000, `${signal}: after ${tookMs} ms`);
    if (signal === "SIGSTOP") process.kill("SIGCONT");
    await service.ticksMore(2);
    assert.equal(await service.callsWithoutTick(), callsBefore);
    const epochs = ticks.map(({ epoch }) => epoch);
    assert.deepEqual(epochs.toSorted((a, b) => a - b), epochs);
    assert.equal(new Set(epochs).size, 2);
    assert.notEqual(await service.leader(), former);
  }));
});

Deno.test("the late tick of a leader that was frozen is refused by Redis itself", async () => {
  await using backbone = await openBackbone();
  const { bus, startProcess, ticks } = await backbone.openService("late");
  const frozen = startProcess("frozen", "publisher");
  assert.equal(await frozen.say(), "published");
  frozen.kill("SIGSTOP");
  const lease = await eventually(async () => {
    const taken = await bus.lease.take("other", { ttlMs: 60_000, seenEpoch: 0 });
    assert.ok(taken);
    return taken;
  });
  const tick = sampleTick({ epoch: lease.epoch, seq: 1, at: clock.now() });
  assert.equal(await bus.publish(tick, lease), "published");
  frozen.kill("SIGCONT");
  await eventually(async () => assert.equal(await frozen.say(), "stale_epoch"));
  assert.equal(ticks.at(-1)?.epoch, lease.epoch);
});

Deno.test("when Redis restarts empty, one instance polls again within two ticks, and only one", async () => {
  await using backbone = await openBackbone();
  const service = await backbone.openService("restarted");
  const { ticks } = service;
  await Promise.all(["one", "two", "three"].map(service.openPoller));
  await service.ticksMore(2);
  await backbone.redis.restart();
  const restartedAt = clock.now();
  const isWhole = ({ at, quotes, unchanged }: Tick) =>
    at > restartedAt && quotes.length + unchanged.length === symbols.length;
  const first = await eventually(() => ticks.find(isWhole) ?? assert.fail("no tick yet"));
  const tookMs = first.at - restartedAt;
  assert.ok(tookMs < 2 * pollIntervalMs + 1_500, `after ${tookMs} ms`);
  const callsBefore = await service.callsWithoutTick();
  const seen = ticks.length;
  await service.ticksMore(2);
  assert.equal(new Set(ticks.slice(seen).map(({ epoch }) => epoch)).size, 1);
  assert.equal(await service.callsWithoutTick(), callsBefore);
});
