// Owns what the tests of the bus contract are given: several instances, and waiting for a delivery.

import assert from "node:assert/strict";
import type { Bus, Lease } from "../bus.ts";

/** Several instances over one backbone, and its time. */
export interface BusHarness {
  readonly buses: readonly [Bus, ...Bus[]];
  now(): number;
  /** How long interest counts here, and leases may last in these tests: shorter where time is real. */
  readonly wantTtlMs: number;
  readonly leaseTtlMs: number;
  /** Lets that much time pass for leases and interest. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

export type OpenBuses = (count: number) => Promise<BusHarness>;

export type ContractTest = (
  promise: string,
  check: (harness: BusHarness & { readonly first: Bus; readonly other: Bus }) => Promise<void>,
) => void;

/** Waits, a little at a time, until the check no longer throws: delivery may take a network's time. */
export async function eventually({ pass }: BusHarness, check: () => void) {
  for (let tries = 0; tries < 100; tries++) {
    try {
      return check();
    } catch {
      // Not yet; the last try below reports.
      await pass(10);
    }
  }
  check();
}

export async function takeLease(bus: Bus, holder = "first"): Promise<Lease> {
  const lease = await bus.lease.take(holder, { ttlMs: 2_000, seenEpoch: 0 });
  assert.ok(lease, "the lease should have been free");
  return lease;
}
