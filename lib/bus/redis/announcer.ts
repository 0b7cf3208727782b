// Owns that announcements are made in the end: what Redis did not take is tried again until it does. Hears none.

import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";

export interface AnnouncerOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Rejects when nobody knows whether Redis took it. */
  send(body: string): Promise<void>;
}

/** More give up the oldest; a list's next change tells all of it anew. */
export const waitingMax = 1_000;
const retryMsMin = 1_000;
const retryMsMax = 4_000;

/** One that was made twice, or late, does no harm: lists carry versions, and a session ends but once. */
export function createAnnouncer({ clock, log, send }: AnnouncerOptions) {
  let waiting: string[] = [];
  let retryMs = retryMsMin;
  let cancelRetry: (() => void) | undefined;

  function keep(body: string) {
    waiting.push(body);
    if (waiting.length > waitingMax) {
      waiting.shift();
      log.warn("Redis was away for so long that an announcement is given up.");
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
      log.debug({ err: error, waiting: waiting.length }, "Announcements still cannot be made.");
      retryMs = Math.min(2 * retryMs, retryMsMax);
      // Closed meanwhile, nothing waits.
      if (waiting.length > 0) cancelRetry = clock.after(retryMs, () => void retry());
    }
  }

  return {
    /** Rejects when it could not be made yet: it is tried again. */
    async announce(body: string): Promise<void> {
      try {
        await send(body);
      } catch (error) {
        keep(body);
        throw error;
      }
    },
    close() {
      cancelRetry?.();
      waiting = [];
    },
  };
}
