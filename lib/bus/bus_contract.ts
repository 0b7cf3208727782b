// Owns the contract of the bus: the tests that each implementation passes. Knows none of them.

import assert from "node:assert/strict";
import { price, sampleQuote, sampleTick } from "./bus_fixtures.ts";
import { type ContractTest, eventually, type OpenBuses, takeLease } from "./contract/harness.ts";
import { testInterestContract } from "./contract/interest.ts";
import { testLeaseContract } from "./contract/lease.ts";
import type { Announcement } from "./bus.ts";

/** Registers the tests, each over three instances. */
export function testBusContract(name: string, openBuses: OpenBuses) {
  const test: ContractTest = (promise, check) => {
    Deno.test(`${name} bus: ${promise}`, async () => {
      const harness = await openBuses(3);
      const [first, other = first] = harness.buses;
      try {
        await check({ ...harness, first, other });
      } finally {
        await harness.close();
      }
    });
  };
  testTicks(test);
  testAnnouncements(test);
  testInterestContract(test);
  testLeaseContract(test);
}

function testTicks(test: ContractTest) {
  test("every instance is at version 0 before the first tick", ({ buses }) => {
    for (const bus of buses) {
      const { epoch, seq, quotes } = bus.latest([]);
      assert.deepEqual({ epoch, seq, quotes }, { epoch: 0, seq: 0, quotes: [] });
    }
    return Promise.resolve();
  });

  test("every instance receives a tick after its mirror applied it", async (harness) => {
    const { buses, first } = harness;
    const at = harness.now();
    const quote = sampleQuote("AAPL", { at });
    const heard: unknown[] = [];
    for (const bus of buses) {
      bus.subscribe(({ tick, changed }) => {
        const { seq, quotes } = bus.latest([quote.ticker]);
        heard.push([tick.seq, seq, changed[0]?.quote.price, quotes[0]?.price]);
      });
    }
    const lease = await takeLease(first);
    const tick = sampleTick({ epoch: lease.epoch, seq: 1, at, quotes: [quote] });
    assert.equal(await first.publish(tick, lease), "published");
    await eventually(harness, () => {
      assert.deepEqual(heard, buses.map(() => [1, 1, quote.price, quote.price]));
    });
    for (const bus of buses) assert.equal(bus.latest([]).nextAt, tick.nextAt);
  });

  test("every instance receives the spent calls of a tick", async (harness) => {
    const { buses, first } = harness;
    const lease = await takeLease(first);
    const at = harness.now();
    const spent = [{
      source: "albert",
      windowMs: 60_000,
      calls: [[at - 200, 3], [at, 1]] as const,
    }];
    await first.publish(sampleTick({ epoch: lease.epoch, seq: 1, at, spent }), lease);
    await eventually(harness, () => {
      for (const bus of buses) assert.deepEqual(bus.latest([]).spent, spent);
    });
  });

  test("each tick arrives once, and in order", async (harness) => {
    const heard: number[] = [];
    harness.other.subscribe(({ tick }) => heard.push(tick.seq));
    const lease = await takeLease(harness.first);
    const sent = Array.from({ length: 20 }, (_, index) => index + 1);
    for (const seq of sent) {
      const tick = sampleTick({ epoch: lease.epoch, seq, at: harness.now() });
      assert.equal(await harness.first.publish(tick, lease), "published");
    }
    await eventually(harness, () => assert.deepEqual(heard, sent));
  });

  test("an older price replaces a newer one on no instance", async (harness) => {
    const { first, buses } = harness;
    const at = harness.now();
    const lease = await takeLease(first);
    const newer = sampleQuote("AAPL", { at, price: price("2") });
    const older = sampleQuote("AAPL", { at: at - 1_000, price: price("1") });
    const seqs = [[1, newer], [2, older]] as const;
    for (const [seq, quote] of seqs) {
      await first.publish(sampleTick({ epoch: lease.epoch, seq, at, quotes: [quote] }), lease);
    }
    await eventually(harness, () => {
      for (const bus of buses) {
        const { seq, quotes } = bus.latest([newer.ticker]);
        assert.deepEqual([seq, quotes[0]?.price], [2, price("2")]);
      }
    });
  });

  test("a listener that throws does not stop the others or the publisher", async (harness) => {
    const { first } = harness;
    const heard: string[] = [];
    first.subscribe(() => {
      throw new Error("This listener is broken on purpose.");
    });
    first.subscribe(() => heard.push("tick"));
    first.onAnnounce(() => {
      throw new Error("This listener is broken on purpose.");
    });
    first.onAnnounce(({ kind }) => heard.push(kind));
    const lease = await takeLease(first);
    const tick = sampleTick({ epoch: lease.epoch, seq: 1, at: harness.now() });
    assert.equal(await first.publish(tick, lease), "published");
    await first.announce({ kind: "catalog_changed" });
    await eventually(harness, () => assert.deepEqual(heard, ["tick", "catalog_changed"]));
  });

  test("a listener that unsubscribed receives nothing more", async (harness) => {
    const { first } = harness;
    const heard: string[] = [];
    first.subscribe(() => heard.push("gone"))();
    first.onAnnounce(() => heard.push("gone"))();
    first.onAnnounce(({ kind }) => heard.push(kind));
    const lease = await takeLease(first);
    await first.publish(sampleTick({ epoch: lease.epoch, seq: 1, at: harness.now() }), lease);
    await first.announce({ kind: "catalog_changed" });
    await eventually(harness, () => assert.deepEqual(heard, ["catalog_changed"]));
  });
}

function testAnnouncements(test: ContractTest) {
  test("every instance receives the announcements in the order in which they were made", async (harness) => {
    const { buses, first } = harness;
    const heard = buses.map((bus) => {
      const list: Announcement[] = [];
      bus.onAnnounce((announcement) => list.push(announcement));
      return list;
    });
    const sent: Announcement[] = Array.from({ length: 10 }, (_, version) => ({
      kind: "list_changed",
      userId: "u",
      list: { id: "l", name: "Größe", version, tickers: [] },
    }));
    sent.push({ kind: "session_revoked", userId: "u", sessionId: "s" });
    for (const announcement of sent) await first.announce(announcement);
    await eventually(harness, () => {
      for (const list of heard) assert.deepEqual(list, sent);
    });
  });

  test("an announcement that a listener makes arrives after the one that it received, on every instance", async (harness) => {
    const { first, other } = harness;
    const heard: string[] = [];
    first.onAnnounce(({ kind }) => {
      if (kind === "catalog_changed") void first.announce({ kind: "lease_free" });
    });
    other.onAnnounce(({ kind }) => heard.push(kind));
    await first.announce({ kind: "catalog_changed" });
    await eventually(harness, () => assert.deepEqual(heard, ["catalog_changed", "lease_free"]));
  });

  test("a ping of a bus that answers resolves", async ({ buses }) => {
    for (const bus of buses) await bus.ping();
  });
}
