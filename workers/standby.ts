// Owns the patience of an instance that does not hold the lease: when to try for it. Takes nothing itself.

import type { Bus } from "../lib/bus/bus.ts";
import type { Clock } from "../lib/clock.ts";
import { createBell } from "./bell.ts";
import { leaseTtlMs } from "./lease.ts";
import { newcomersGapMs } from "./polling/newcomers.ts";

export interface Standby {
  /** Ends when the lease is worth trying for, which it is at first, or when the signal aborts. */
  wait(signal: AbortSignal): Promise<void>;
  /** The next wait ends at once: it was we who led. */
  leaderIsGone(): void;
  close(): void;
}

/** A tick this late means that the leader may be gone; also the least time between two tries. */
export const overdueMs = 1_000;
/** Whoever had the lease at our try has ticked by then, or has lost it. */
const firstTickMs = leaseTtlMs - overdueMs;
/** Clocks of instances differ by no more; a tick that is older than that was read from a snapshot. */
const clockSkewMsMax = 2_000;

/** Listens from now on, so that neither a lease freed between two waits nor the leader's clock is missed. */
export function createStandby({ bus, clock }: { bus: Bus; clock: Clock }): Standby {
  const bell = createBell(clock);
  let isFree = false;
  /** When newcomers should have a tick: an idle leader promises the next one only half a minute ahead. */
  let newcomersDueAt = Infinity;
  /** By our clock. */
  let triedAt = -Infinity;
  /** How far our clock is before the leader's. */
  let skewMs = 0;
  /** When the last tick was published, by our clock. */
  let tickedAt = -Infinity;

  const unsubscribes = [
    bus.onAnnounce(({ kind }) => {
      if (kind === "lease_free") isFree = true;
      else if (kind === "newcomers") newcomersDueAt = clock.now() + newcomersGapMs;
      else return;
      bell.ring();
    }),
    bus.subscribe(({ tick }) => {
      const aheadMs = clock.now() - tick.at;
      skewMs = Math.max(-clockSkewMsMax, Math.min(aheadMs, clockSkewMsMax));
      tickedAt = tick.at + skewMs;
      newcomersDueAt = Infinity;
    }),
  ];

  /** `nextAt` may be half a minute old, of a leader that was idle: the present one has yet to speak. */
  function dueAt(): number {
    const promisedAt = bus.latest([]).nextAt + skewMs;
    const spokenBy = tickedAt < triedAt ? triedAt + firstTickMs : Infinity;
    return Math.max(triedAt, Math.min(promisedAt, newcomersDueAt, spokenBy)) + overdueMs;
  }

  return {
    async wait(signal) {
      while (!signal.aborted && !isFree && triedAt > -Infinity) {
        const waitMs = dueAt() - clock.now();
        if (waitMs <= 0) break;
        await bell.sleep(waitMs, signal);
      }
      if (signal.aborted) return;
      isFree = false;
      newcomersDueAt = Infinity;
      triedAt = clock.now();
    },
    leaderIsGone() {
      triedAt = -Infinity;
    },
    close() {
      for (const unsubscribe of unsubscribes) unsubscribe();
    },
  };
}
