// Owns the deadline of an outside call that has none of its own.

import type { Clock } from "./clock.ts";

export class DeadlineError extends Error {
  override readonly name = "DeadlineError";
}

/**
 * The time is counted in this many parts, one after the other. If our own event loop was blocked or has too little of
 * a core, a part ends late, but it counts as one: an answer that has arrived meanwhile is handled before the next part
 * ends. So a deadline judges the other side, and not our own lag.
 */
const parts = 10;

/** Rejects with a DeadlineError when the promise takes longer than `ms`; its later outcome is ignored. */
export async function within<T>(
  promise: Promise<T>,
  { clock, ms, what }: { clock: Clock; ms: number; what: string },
): Promise<T> {
  const late = Promise.withResolvers<never>();
  let partsLeft = parts;
  let cancel = () => {};

  function waitOnePart() {
    if (partsLeft === 0) return late.reject(new DeadlineError(`${what} took over ${ms} ms.`));
    partsLeft--;
    cancel = clock.after(ms / parts, waitOnePart);
  }

  waitOnePart();
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    cancel();
  }
}
