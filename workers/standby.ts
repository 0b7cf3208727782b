// Owns the patience of an instance that does not hold the lease: when to try for it. Takes nothing itself.

import type { Bus } from "../lib/bus/bus.ts";
import type { Clock } from "../lib/clock.ts";
import { createBell } from "./deadline.ts";
import { newcomersGapMs } from "./newcomers.ts";

export interface Standby {
  /** Ends when the lease is worth trying for, or when the signal aborts. */
  wait(signal: AbortSignal): Promise<void>;
  close(): void;
}

/** A tick this late means that the leader may be gone; also the least time between two tries. */
export const overdueMs = 1_000;

/** Listens from now on, so that a lease freed between two waits is not missed. */
export function createStandby({ bus, clock }: { bus: Bus; clock: Clock }): Standby {
  const bell = createBell(clock);
  let isFree = false;
  /** When newcomers should have a tick: an idle leader promises the next one only half a minute ahead. */
  let newcomersDueAt = Infinity;

  const unsubscribe = bus.onAnnounce(({ kind }) => {
    if (kind === "lease_free") isFree = true;
    else if (kind === "newcomers") newcomersDueAt = clock.now() + newcomersGapMs;
    else return;
    bell.ring();
  });

  return {
    async wait(signal) {
      const notBefore = clock.now();
      while (!signal.aborted && !isFree) {
        const { at, nextAt } = bus.latest([]);
        const dueAt = at < newcomersDueAt - newcomersGapMs
          ? Math.min(nextAt, newcomersDueAt)
          : nextAt;
        const waitMs = Math.max(dueAt, notBefore) + overdueMs - clock.now();
        if (waitMs <= 0) break;
        await bell.sleep(waitMs, signal);
      }
      isFree = false;
      newcomersDueAt = Infinity;
    },
    close: unsubscribe,
  };
}
