// Owns time: everything that waits or asks for the time uses this clock, so that tests can fake it.

export interface Clock {
  /** Unix ms. */
  now(): number;
  /** Resolves after `ms`, or at once when the signal aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls back once after `ms`; the returned function cancels. */
  after(ms: number, callback: () => void): () => void;
}

/** The timer functions a clock is made of: the platform's, or a faked set. */
export interface Timers {
  readonly Date: { now(): number };
  setTimeout(callback: () => void, ms: number): unknown;
  // deno-lint-ignore no-explicit-any -- each timer library has its own handle type
  clearTimeout(handle: any): void;
}

export function createClock(timers: Timers = globalThis): Clock {
  function after(ms: number, callback: () => void): () => void {
    const handle = timers.setTimeout(callback, Math.max(0, ms));
    return () => timers.clearTimeout(handle);
  }
  return {
    now: () => timers.Date.now(),
    after,
    sleep(ms, signal) {
      if (signal?.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const finish = () => {
          cancel();
          signal?.removeEventListener("abort", finish);
          resolve();
        };
        const cancel = after(ms, finish);
        signal?.addEventListener("abort", finish, { once: true });
      });
    },
  };
}
