// Owns deadlines of outside calls that know none themselves, and sleeps that can be cut short.

import type { Clock } from "./clock.ts";

/** A bus that does not answer in this time is treated as one that failed. */
export const busTimeoutMs = 2_000;

/** Rejects when the promise takes longer than `ms`; what it does later is ignored. */
export async function within<T>(
  promise: Promise<T>,
  { clock, ms, what }: { clock: Clock; ms: number; what: string },
): Promise<T> {
  const late = Promise.withResolvers<never>();
  const cancel = clock.after(ms, () => late.reject(new Error(`${what} took over ${ms} ms.`)));
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    cancel();
  }
}

export interface Bell {
  ring(): void;
  /** Ends after `ms`, at a ring or when the signal aborts. */
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
