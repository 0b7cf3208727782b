// Owns the lease of the in-process bus: one holder at a time, each with a greater epoch. Announces nothing itself.

import type { Clock } from "../clock.ts";
import type { Lease, LeasePort } from "./bus.ts";

export interface MemoryLease extends LeasePort {
  /** True if this is the present lease, which is then renewed. False: its epoch is stale. */
  admits(lease: Lease): boolean;
}

export interface MemoryLeaseOptions {
  readonly clock: Clock;
  readonly onFree: () => void;
}

export function createMemoryLease({ clock, onFree }: MemoryLeaseOptions): MemoryLease {
  let lastEpoch = 0;
  let present: { lease: Lease; ttlMs: number } | undefined;

  function current(): Lease | undefined {
    return present && present.lease.expiresAt > clock.now() ? present.lease : undefined;
  }

  function isHeld({ holder, epoch }: Lease): boolean {
    const lease = current();
    return lease?.epoch === epoch && lease.holder === holder;
  }

  function hold({ holder, epoch }: Omit<Lease, "expiresAt">, ttlMs: number): Lease {
    const lease = { holder, epoch, expiresAt: clock.now() + ttlMs };
    present = { lease, ttlMs };
    return lease;
  }

  return {
    admits(lease) {
      if (!present || !isHeld(lease)) return false;
      hold(lease, present.ttlMs);
      return true;
    },
    take(holder, { ttlMs, seenEpoch }) {
      const other = current();
      if (other && other.holder !== holder) return Promise.resolve(undefined);
      lastEpoch = Math.max(lastEpoch + 1, seenEpoch + 1, clock.now());
      return Promise.resolve(hold({ holder, epoch: lastEpoch }, ttlMs));
    },
    renew(lease, { ttlMs }) {
      return Promise.resolve(isHeld(lease) ? hold(lease, ttlMs) : undefined);
    },
    release(lease) {
      if (isHeld(lease)) {
        present = undefined;
        onFree();
      }
      return Promise.resolve();
    },
  };
}
