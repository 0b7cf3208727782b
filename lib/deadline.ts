// Owns the deadline of an outside call that has none of its own.

import type { Clock } from "./clock.ts";

export class DeadlineError extends Error {
  override readonly name = "DeadlineError";
}

/** Rejects with a DeadlineError when the promise takes longer than `ms`; its later outcome is ignored. */
export async function within<T>(
  promise: Promise<T>,
  { clock, ms, what }: { clock: Clock; ms: number; what: string },
): Promise<T> {
  const late = Promise.withResolvers<never>();
  const cancel = clock.after(
    ms,
    () => late.reject(new DeadlineError(`${what} took over ${ms} ms.`)),
  );
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    cancel();
  }
}
