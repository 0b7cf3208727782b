// Owns sending announcements: repeats each until Redis takes it. Receives none.

import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";

export interface AnnouncerOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Rejects if it is unknown whether Redis took the announcement. */
  send(body: string): Promise<void>;
}

/** Above this number the oldest announcement is dropped; the next change of its list announces the whole list again. */
export const waitingMax = 1_000;
const retryMsMin = 1_000;
const retryMsMax = 4_000;

/** An announcement may arrive twice, or late: receivers compare the versions of lists, and a session ends only once. */
export function createAnnouncer({ clock, log, send }: AnnouncerOptions) {
  let waiting: string[] = [];
  let retryMs = retryMsMin;
  let cancelRetry: (() => void) | undefined;

  function retryLater(body: string) {
    waiting.push(body);
    if (waiting.length > waitingMax) {
      waiting.shift();
      log.warn("Redis is unreachable and too many announcements wait; the oldest is dropped.");
    }
    cancelRetry ??= clock.after(retryMs, () => void retry());
  }

  async function retry() {
    try {
      for (let [body] = waiting; body !== undefined; [body] = waiting) {
        await send(body);
        waiting = waiting.filter((other) => other !== body);
        retryMs = retryMsMin;
      }
      cancelRetry = undefined;
    } catch (error) {
      log.debug({ err: error, waiting: waiting.length }, "Announcements still cannot be sent.");
      retryMs = Math.min(2 * retryMs, retryMsMax);
      // None waits if the announcer was closed in the meantime.
      if (waiting.length > 0) cancelRetry = clock.after(retryMs, () => void retry());
    }
  }

  return {
    /** Rejects if the first try failed; further tries follow. */
    async announce(body: string): Promise<void> {
      try {
        await send(body);
      } catch (error) {
        retryLater(body);
        throw error;
      }
    },
    close() {
      cancelRetry?.();
      waiting = [];
    },
  };
}
