// Owns when an instance without the lease tries to take it. Takes nothing itself.

import type { Bus } from "../lib/bus/bus.ts";
import type { Clock } from "../lib/clock.ts";
import { createBell } from "./bell.ts";
import { leaseTtlMs } from "./lease.ts";
import { newcomersGapMs } from "./polling/newcomers.ts";

export interface Standby {
  /** Ends when a try for the lease is worthwhile, or when the signal aborts. The first wait ends at once. */
  wait(signal: AbortSignal): Promise<void>;
  /** The next wait ends at once: this instance was the leader. */
  leaderIsGone(): void;
  close(): void;
}

/** If a tick is this late, the leader may be gone. Also the shortest time between two tries. */
export const overdueMs = 1_000;
/** The holder of the lease at our last try has published a tick after this time, or has lost the lease. */
const firstTickMs = leaseTtlMs - overdueMs;
/** The clocks of instances differ by this at most; an older tick was read from a snapshot. */
const clockSkewMsMax = 2_000;

/** Listens from its creation, so that it misses neither a lease freed between two waits nor the leader's clock. */
export function createStandby({ bus, clock }: { bus: Bus; clock: Clock }): Standby {
  const bell = createBell(clock);
  let isFree = false;
  /** When the tick for newcomers is due: an idle leader promises its next tick only half a minute ahead. */
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

  /** `nextAt` may be half a minute old and of an idle leader: the present leader has not published yet. */
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
