// Owns sleeps that another part can end early.

import type { Clock } from "../lib/clock.ts";

export interface Bell {
  ring(): void;
  /** Ends after `ms`, at a ring, or when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export function createBell(clock: Clock): Bell {
  let ringing = new AbortController();
  return {
    ring() {
      ringing.abort();
      ringing = new AbortController();
    },
    sleep: (ms, signal) => clock.sleep(ms, AbortSignal.any([signal, ringing.signal])),
  };
}
