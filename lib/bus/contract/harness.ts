// Owns the harness of the bus contract: several instances over one bus, and waiting for a delivery.

import assert from "node:assert/strict";
import type { Bus, Lease } from "../bus.ts";

/** Several instances of the bus that share one Redis or one process, and their clock. */
export interface BusHarness {
  readonly buses: readonly [Bus, ...Bus[]];
  now(): number;
  /** How long interest is valid, and how long leases last in these tests: shorter if the clock is real. */
  readonly wantTtlMs: number;
  readonly leaseTtlMs: number;
  /** Lets this time pass for leases and interest. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

export type OpenBuses = (count: number) => Promise<BusHarness>;

export type ContractTest = (
  promise: string,
  check: (harness: BusHarness & { readonly first: Bus; readonly other: Bus }) => Promise<void>,
) => void;

/** Repeats the check until it does not throw any more: a delivery over the network takes time. */
export async function eventually({ pass }: BusHarness, check: () => void) {
  for (let tries = 0; tries < 100; tries++) {
    try {
      return check();
    } catch {
      // Not yet. The last try below throws.
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
