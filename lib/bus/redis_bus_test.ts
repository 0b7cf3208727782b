import { startGateway, startRedis } from "../../tests/support/redis.ts";
import { createClock } from "../clock.ts";
import { createLog } from "../log.ts";
import { isStale } from "../quote.ts";
import { createMetrics } from "../metrics.ts";
import { testBusContract } from "./bus_contract.ts";
import type { BusHarness } from "./contract/harness.ts";
import { createRedisBus } from "./redis_bus.ts";

/** Real time passes here, so a machine under load needs room between a renewal and the end of what it renews. */
const wantTtlMs = 1_000;
const leaseTtlMs = 1_000;

async function openBuses(count: number): Promise<BusHarness> {
  const redis = await startRedis();
  const gateway = await startGateway({ redisUrl: redis.url });
  const clock = createClock();
  const open = () =>
    createRedisBus({
      url: gateway.url,
      token: gateway.token,
      clock,
      log: createLog("error"),
      metrics: createMetrics(),
      isStale,
      cadenceMs: 5_000,
      times: { wantTtlMs },
    });
  const [first, ...others] = await Promise.all(Array.from({ length: count }, open));
  return {
    buses: [first!, ...others],
    now: clock.now,
    wantTtlMs,
    leaseTtlMs,
    pass: clock.sleep,
    async close() {
      await Promise.all([first!, ...others].map((bus) => bus.close()));
      await gateway.close();
      await redis.close();
    },
  };
}

testBusContract("Redis", openBuses);
