// Owns what stands in for announcements while the bus fails: what was announced elsewhere is read from the store.

import { type Clock } from "../clock.ts";
import type { Log } from "../log.ts";

/** A token that was signed out on another instance stays valid here for this time at most, and the time of a read. */
export const readEveryMs = 10_000;

export interface BusWatchOptions {
  readonly clock: Clock;
  readonly log: Pick<Log, "info" | "warn">;
  /** Rejects while the bus fails. */
  readonly ping: () => Promise<void>;
  readonly reload: () => Promise<void>;
}

/** Asks the bus every 10 seconds, and reads the store while the bus fails. Once it answers, it reports by itself what was missed. */
export function watchBus({ clock, log, ping, reload }: BusWatchOptions): { close(): void } {
  let isFailing = false;
  let isClosed = false;
  let cancel = clock.after(readEveryMs, () => void check());

  async function check() {
    try {
      await ping();
      if (isFailing) log.info("The bus answers again; sign-outs elsewhere are announced.");
      isFailing = false;
    } catch (error) {
      if (!isFailing) {
        log.warn(
          { err: error },
          "The bus does not answer: until it does, sign-outs elsewhere are read from the store every 10 s.",
        );
      }
      isFailing = true;
      await reload().catch((error) => log.warn({ err: error }, "Sign-outs could not be read."));
    }
    if (!isClosed) cancel = clock.after(readEveryMs, () => void check());
  }

  return {
    close() {
      isClosed = true;
      cancel();
    },
  };
}
