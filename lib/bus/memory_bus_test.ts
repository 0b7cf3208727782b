import FakeTimers from "@sinonjs/fake-timers";
import assert from "node:assert/strict";
import { createClock } from "../clock.ts";
import { createLog } from "../log.ts";
import { isStale } from "../market/staleness.ts";
import { createMetrics } from "../metrics.ts";
import { wantTtlMs } from "./bus.ts";
import { type BusHarness, testBusContract } from "./bus_contract.ts";
import { interest, ticker } from "./bus_fixtures.ts";
import { wantedTickersMax } from "./interest.ts";
import { createMemoryBus } from "./memory_bus.ts";

function openBuses(count: number): Promise<BusHarness> {
  const timers = FakeTimers.createClock(1_700_000_000_000);
  const bus = createMemoryBus({
    clock: createClock(timers),
    log: createLog("silent"),
    metrics: createMetrics(),
    isStale,
    cadenceMs: 5_000,
  });
  return Promise.resolve({
    buses: [bus, ...Array.from({ length: count - 1 }, () => bus)],
    now: () => timers.now,
    wantTtlMs,
    leaseTtlMs: 1_000,
    pass: async (ms) => void await timers.tickAsync(ms),
    close: () => bus.close(),
  });
}

testBusContract("memory", openBuses);

Deno.test("more wanted tickers than can be polled: the anonymous ones give way", async () => {
  const { buses: [bus] } = await openBuses(1);
  const crowd = Array.from({ length: wantedTickersMax }, (_, index) => ticker(`T${index}`));
  await bus.want("crowd", { signedIn: [], anonymous: crowd });
  await bus.want("user", interest({ signedIn: ["AAPL", "MSFT"] }));
  const { signedIn, anonymous } = await bus.wanted();
  assert.deepEqual(signedIn, ["AAPL", "MSFT"]);
  assert.equal(anonymous.length, wantedTickersMax - 2);
});

Deno.test("no number of instances makes the bus grow without end", async () => {
  const { buses: [bus] } = await openBuses(1);
  const speak = (index: number) => {
    return bus.want(`instance ${index}`, interest({ signedIn: [`T${index}`] }));
  };
  for (let index = 0; index < 1_000; index++) await speak(index);
  await speak(0);
  await speak(1_000);
  const { signedIn } = await bus.wanted();
  assert.equal(signedIn.length, 1_000);
  assert.ok(signedIn.includes(ticker("T0")) && !signedIn.includes(ticker("T1")));
});
