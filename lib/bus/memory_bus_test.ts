import FakeTimers from "@sinonjs/fake-timers";
import assert from "node:assert/strict";
import { createClock } from "../clock.ts";
import { createLog } from "../log.ts";
import { isStale } from "../quote.ts";
import { createMetrics } from "../metrics.ts";
import { type SpentCalls, wantTtlMs } from "./bus.ts";
import { testBusContract } from "./bus_contract.ts";
import type { BusHarness } from "./contract/harness.ts";
import { interest, sampleTick, ticker } from "./bus_fixtures.ts";
import { wantedTickersMax } from "./wanted.ts";
import { createMemoryBus, type MemoryBusOptions } from "./memory_bus.ts";

const startMs = 1_700_000_000_000;

function openBus(members: Partial<MemoryBusOptions> = {}) {
  return createMemoryBus({
    clock: createClock(FakeTimers.createClock(startMs)),
    log: createLog("silent"),
    metrics: createMetrics(),
    isStale,
    cadenceMs: 5_000,
    ...members,
  });
}

function openBuses(count: number): Promise<BusHarness> {
  const timers = FakeTimers.createClock(startMs);
  const bus = openBus({ clock: createClock(timers) });
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

Deno.test("if more tickers are wanted than can be polled, anonymous interest is cut first", async () => {
  const { buses: [bus] } = await openBuses(1);
  const crowd = Array.from({ length: wantedTickersMax }, (_, index) => ticker(`T${index}`));
  await bus.want("crowd", { signedIn: [], anonymous: crowd });
  await bus.want("user", interest({ signedIn: ["AAPL", "MSFT"] }));
  const { signedIn, anonymous } = await bus.wanted();
  assert.deepEqual(signedIn, ["AAPL", "MSFT"]);
  assert.equal(anonymous.length, wantedTickersMax - 2);
});

Deno.test("the bus keeps the interest of at most 1,000 instances", async () => {
  const { buses: [bus] } = await openBuses(1);
  const sendInterest = (index: number) => {
    return bus.want(`instance ${index}`, interest({ signedIn: [`T${index}`] }));
  };
  for (let index = 0; index < 1_000; index++) await sendInterest(index);
  await sendInterest(0);
  await sendInterest(1_000);
  const { signedIn } = await bus.wanted();
  assert.equal(signedIn.length, 1_000);
  assert.ok(signedIn.includes(ticker("T0")) && !signedIn.includes(ticker("T1")));
});

Deno.test("the calls spent are known after a restart, and the next epoch is greater", async () => {
  let saved = "";
  const save = (text: string) => Promise.resolve(void (saved = text));
  const publish = async (spent?: SpentCalls[]) => {
    const bus = openBus({ lastTick: { text: saved, save } });
    const { epoch: seenEpoch } = bus.latest([]);
    const lease = (await bus.lease.take("here", { ttlMs: 1_000, seenEpoch }))!;
    await bus.publish(sampleTick({ epoch: lease.epoch, seq: 1, at: startMs, spent }), lease);
    await bus.close();
    return lease.epoch;
  };
  await publish();
  assert.equal(saved, "");
  const spent = [{ source: "s", windowMs: 86_400_000, calls: [[startMs, 7]] as const }];
  const epoch = await publish(spent);
  assert.deepEqual(openBus({ lastTick: { text: saved, save } }).latest([]).spent, spent);
  assert.ok(await publish(spent) > epoch);
});

Deno.test("the bus publishes although the last tick can be neither read nor saved", async () => {
  const bus = openBus({ lastTick: { text: "{nonsense", save: () => Promise.reject("full") } });
  const lease = (await bus.lease.take("here", { ttlMs: 1_000, seenEpoch: 0 }))!;
  const tick = sampleTick({ epoch: lease.epoch, seq: 1, at: startMs, spent: [] });
  assert.equal(await bus.publish(tick, lease), "published");
  await bus.close();
});

Deno.test("while a save hangs, ticks are published and only the last one waits to be saved", async () => {
  const saves: PromiseWithResolvers<void>[] = [];
  const texts: string[] = [];
  const bus = openBus({
    lastTick: {
      text: "",
      save(text) {
        texts.push(text);
        const save = Promise.withResolvers<void>();
        saves.push(save);
        return save.promise;
      },
    },
  });
  const lease = (await bus.lease.take("here", { ttlMs: 1_000, seenEpoch: 0 }))!;
  for (let seq = 1; seq <= 50; seq++) {
    const tick = sampleTick({ epoch: lease.epoch, seq, at: startMs, spent: [] });
    assert.equal(await bus.publish(tick, lease), "published");
  }
  assert.equal(texts.length, 1);
  saves[0]?.resolve();
  const closed = bus.close();
  while (saves.length < 2) await Promise.resolve();
  saves[1]?.resolve();
  await closed;
  assert.deepEqual(texts.map((text) => JSON.parse(text).seq), [1, 50]);
});
