// Owns an in-process bus and its leader, under a clock that a test moves by hand. No product code imports it.

import FakeTimers from "@sinonjs/fake-timers";
import { createClock } from "../clock.ts";
import { createLog } from "../log.ts";
import { createMetrics } from "../metrics.ts";
import { isStale, type Quote } from "../quote.ts";
import type { Bus, Tick } from "./bus.ts";
import { sampleQuote, sampleTick } from "./bus_fixtures.ts";
import { createMemoryBus } from "./memory_bus.ts";

/** The time at the start of each test, Unix ms. */
export const startMs = 1_700_000_000_000;

/** The clock stands still until `pass`. */
export async function startLeader(
  { wrapBus = (bus) => bus }: { wrapBus?: (bus: Bus) => Bus } = {},
) {
  const timers = FakeTimers.createClock(startMs);
  const clock = createClock(timers);
  const log = createLog("silent");
  const metrics = createMetrics();
  const bus = wrapBus(createMemoryBus({ clock, log, metrics, isStale, cadenceMs: 5_000 }));
  const lease = await bus.lease.take("leader", { ttlMs: 1e12, seenEpoch: 0 });
  if (!lease) throw new Error("The lease was not free.");
  const { epoch } = lease;
  let seq = 0;

  const pass = async (ms: number) => void await timers.tickAsync(ms);

  return {
    clock,
    log,
    metrics,
    bus,
    epoch,
    now: () => timers.now,
    timerCount: () => timers.countTimers(),
    pass,
    /** Publishes the next tick. */
    async tick(members: Partial<Tick> = {}) {
      seq++;
      await bus.publish(sampleTick({ epoch, seq, at: timers.now, ...members }), lease);
      await pass(0);
    },
    /** A fresh quote, read now. */
    quote(symbol: string, members: Partial<Omit<Quote, "ticker">> = {}): Quote {
      return sampleQuote(symbol, { at: timers.now, ...members });
    },
  };
}
