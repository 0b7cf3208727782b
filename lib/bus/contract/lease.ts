// Owns the contract of the bus for the lease, as tests.

import assert from "node:assert/strict";
import { type ContractTest, eventually, takeLease } from "./harness.ts";
import { sampleTick } from "../bus_fixtures.ts";

export function testLeaseContract(test: ContractTest) {
  test("if many ask at once, one gets the lease", async ({ buses, leaseTtlMs: ttlMs }) => {
    const leases = await Promise.all(
      Array.from({ length: 12 }, (_, index) => {
        const bus = buses[index % buses.length]!;
        return bus.lease.take(`holder ${index}`, { ttlMs, seenEpoch: 0 });
      }),
    );
    assert.equal(leases.filter((lease) => lease !== undefined).length, 1);
  });

  test("a new epoch is greater than the last one and the highest seen, and not behind the clock", async (harness) => {
    const { first, other, leaseTtlMs: ttlMs } = harness;
    const before = harness.now();
    const lease = await takeLease(first);
    assert.ok(lease.epoch >= before, "an epoch is never behind the clock");
    await first.lease.release(lease);
    const seenEpoch = lease.epoch + 10_000_000;
    const second = await other.lease.take("other", { ttlMs, seenEpoch });
    assert.equal(second?.epoch, seenEpoch + 1);
    await other.lease.release(second);
    assert.equal((await takeLease(first)).epoch, seenEpoch + 2);
  });

  test("a holder that lost its lease in memory may take it again", async ({ first, leaseTtlMs: ttlMs }) => {
    const lease = await takeLease(first);
    assert.ok((await takeLease(first)).epoch > lease.epoch);
    assert.equal(await first.lease.renew(lease, { ttlMs }), undefined);
  });

  test("a renewed lease stays, a lease that is not renewed is free after its time", async (harness) => {
    const { first, other, leaseTtlMs: ttlMs } = harness;
    const lease = await first.lease.take("first", { ttlMs, seenEpoch: 0 });
    assert.ok(lease);
    await harness.pass(ttlMs * 0.7);
    const renewed = await first.lease.renew(lease, { ttlMs });
    assert.equal(renewed?.epoch, lease.epoch);
    await harness.pass(ttlMs * 0.7);
    assert.equal(await other.lease.take("other", { ttlMs, seenEpoch: 0 }), undefined);
    await harness.pass(ttlMs * 0.5);
    assert.ok(await other.lease.take("other", { ttlMs, seenEpoch: 0 }));
    assert.equal(await first.lease.renew(lease, { ttlMs }), undefined);
  });

  test("publishing renews the lease", async (harness) => {
    const { first, other, leaseTtlMs: ttlMs } = harness;
    const lease = await first.lease.take("first", { ttlMs, seenEpoch: 0 });
    assert.ok(lease);
    await harness.pass(ttlMs * 0.7);
    const tick = sampleTick({ epoch: lease.epoch, seq: 1, at: harness.now() });
    assert.equal(await first.publish(tick, lease), "published");
    await harness.pass(ttlMs * 0.7);
    assert.equal(await other.lease.take("other", { ttlMs, seenEpoch: 0 }), undefined);
  });

  test("a released lease is free at once and announced; a lease that was lost cannot be released", async (harness) => {
    const { first, other, leaseTtlMs: ttlMs } = harness;
    const heard: string[] = [];
    other.onAnnounce(({ kind }) => heard.push(kind));
    const lost = await takeLease(first);
    await first.lease.release(lost);
    const lease = await takeLease(other, "other");
    await first.lease.release(lost);
    assert.equal(await first.lease.take("first", { ttlMs, seenEpoch: 0 }), undefined);
    assert.ok(await other.lease.renew(lease, { ttlMs }));
    await eventually(harness, () => assert.deepEqual(heard, ["lease_free"]));
  });

  test("a tick under a lease that was lost, released or expired is refused", async (harness) => {
    const { first, other, leaseTtlMs: ttlMs } = harness;
    const heard: number[] = [];
    other.subscribe(({ tick }) => heard.push(tick.seq));
    const tickOf = (epoch: number, seq: number) => sampleTick({ epoch, seq, at: harness.now() });

    const released = await takeLease(first);
    await first.lease.release(released);
    assert.equal(await first.publish(tickOf(released.epoch, 1), released), "stale_epoch");

    const expired = await first.lease.take("first", { ttlMs, seenEpoch: 0 });
    assert.ok(expired);
    await harness.pass(ttlMs * 1.2);
    assert.equal(await first.publish(tickOf(expired.epoch, 2), expired), "stale_epoch");

    const present = await takeLease(other, "other");
    assert.equal(await first.publish(tickOf(expired.epoch, 3), expired), "stale_epoch");
    assert.equal(await other.publish(tickOf(present.epoch, 4), present), "published");
    await eventually(harness, () => assert.deepEqual(heard, [4]));
  });

  test("a tick that carries another epoch than its lease is the caller's mistake", async (harness) => {
    const lease = await takeLease(harness.first);
    const tick = sampleTick({ epoch: lease.epoch + 1, seq: 1, at: harness.now() });
    await assert.rejects(harness.first.publish(tick, lease), /epoch of its lease/);
  });
}
