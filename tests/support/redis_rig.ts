// Owns several instances of the bus over one real Redis for tests, each behind its own proxy.

import assert from "node:assert/strict";
import { pino } from "pino";
import type { Announcement, Bus, Lease, Tick, TickUpdate } from "../../lib/bus/bus.ts";
import { sampleTick } from "../../lib/bus/bus_fixtures.ts";
import { createRedisBus, type RedisBusOptions } from "../../lib/bus/redis_bus.ts";
import { createClock } from "../../lib/clock.ts";
import { isStale } from "../../lib/quote.ts";
import { createMetrics } from "../../lib/metrics.ts";
import { startGateway, startRedis } from "./redis.ts";
import { type RestProxy, startRestProxy } from "./rest_proxy.ts";

export interface RedisInstance {
  readonly bus: Bus;
  readonly proxy: RestProxy;
  readonly updates: TickUpdate[];
  readonly announced: Announcement[];
  gaps(): number;
}

export async function openRedisRig(options: Partial<RedisBusOptions> = {}) {
  const redis = await startRedis();
  const gateway = await startGateway({ redisUrl: redis.url, commandTimeoutMs: 1_000 });
  const clock = createClock();
  const instances: RedisInstance[] = [];
  const logged: string[] = [];
  const log = pino({ level: "debug" }, { write: (line: string) => void logged.push(line) });

  async function openInstance(): Promise<RedisInstance> {
    const proxy = startRestProxy(gateway.url);
    const bus = await createRedisBus({
      url: proxy.url,
      token: gateway.token,
      clock,
      log,
      metrics: createMetrics(),
      isStale,
      cadenceMs: 5_000,
      ...options,
    });
    const updates: TickUpdate[] = [];
    const announced: Announcement[] = [];
    let gaps = 0;
    bus.subscribe((update) => updates.push(update));
    bus.onAnnounce((announcement) => announced.push(announcement));
    bus.onGap(() => gaps++);
    const instance = { bus, proxy, updates, announced, gaps: () => gaps };
    instances.push(instance);
    return instance;
  }

  /** Sends a plain command to Redis, without the bus. */
  async function ask(...command: (string | number)[]) {
    const response = await fetch(gateway.url, {
      method: "POST",
      headers: { authorization: `Bearer ${gateway.token}` },
      body: JSON.stringify(command),
    });
    const { result, error } = await response.json();
    assert.equal(error, undefined);
    return result;
  }

  return {
    redis,
    gateway,
    clock,
    logged,
    openInstance,
    ask,
    async [Symbol.asyncDispose]() {
      await Promise.all(instances.map(({ bus }) => bus.close()));
      await Promise.all(instances.map(({ proxy }) => proxy.close()));
      await gateway.close();
      await redis.close();
    },
  };
}

/** Takes the lease and publishes ticks, like a leader. */
export async function createLeader({ bus }: RedisInstance, { ttlMs = 60_000 } = {}) {
  let lease: Lease | undefined;
  let seq = 0;
  async function take() {
    lease = await bus.lease.take("leader", { ttlMs, seenEpoch: bus.latest([]).epoch });
    seq = 0;
    assert.ok(lease, "the lease should have been free");
  }
  await take();
  return {
    take,
    lease: () => lease!,
    async publish(content: Partial<Tick> = {}, { nextInMs = 60_000 } = {}) {
      const at = Date.now();
      const { epoch } = lease!;
      const tick = sampleTick({ epoch, seq: ++seq, at, nextAt: at + nextInMs, ...content });
      assert.equal(await bus.publish(tick, lease!), "published");
      return tick;
    },
  };
}

/** Repeats the check until it does not throw, because delivery over the network takes time. */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { withinMs = 8_000 } = {},
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
