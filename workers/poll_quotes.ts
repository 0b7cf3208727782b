// Owns the poll window of one instance: leads while it has the lease, stands by while another has. Never throws into cron.

import type { Bus } from "../lib/bus/bus.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { Metrics } from "../lib/metrics.ts";
import { createLeaseKeeper } from "./lease.ts";
import { createLeader } from "./polling/leader.ts";
import { createPublisher } from "./polling/publisher.ts";
import type { SecuritiesRefresh } from "./refresh_securities.ts";
import type { CourseSaves } from "./save_courses.ts";
import { windowEnd, windowMarginMs } from "./schedule.ts";
import { createStandby, overdueMs } from "./standby.ts";
import type { Upstreams } from "./upstream/upstreams.ts";

export interface Poller {
  /** Opens at once and ends before the minute turns; a call during a window joins it. Never rejects. */
  openWindow(): Promise<void>;
  /** Ends the window and frees the lease; no window opens after it. Never rejects. */
  stop(): Promise<void>;
}

export interface PollerOptions {
  readonly upstreams: Upstreams;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Unique among all instances: the lease's holder. */
  readonly instanceId: string;
  readonly pollIntervalMs: number;
  /** Run by the leader alone. */
  readonly securitiesRefresh?: SecuritiesRefresh;
  /** Run by the leader alone. */
  readonly courseSaves?: CourseSaves;
}

/** Cron opens the next window when the minute turns, but loses that minute if this window ended late: then we open it ourselves. */
const cronLostMs = windowMarginMs + 1_000;
/** A bus that hangs at the end of a window is not waited for, so that the window closes before the minute turns. */
const tailMsMax = 300;

export function createPoller(options: PollerOptions): Poller {
  const { bus, clock, log } = options;
  const keeper = createLeaseKeeper({ bus, clock, log, holder: options.instanceId });
  const leader = createLeader({
    ...options,
    publisher: createPublisher({ ...options, keeper }),
  });
  const standby = createStandby({ bus, clock });
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let cancelReopening = () => {};

  async function leadOrStandBy(signal: AbortSignal) {
    if (!keeper.present()) await standby.wait(signal);
    while (!signal.aborted) {
      const held = await keeper.hold();
      if (!held && !keeper.isUnknown()) {
        await standby.wait(signal);
        continue;
      }
      if (held) {
        await leader.lead(held, signal);
        standby.leaderIsGone();
      }
      // An instance that lost the lease lets the new holder begin before it tries again.
      await clock.sleep(overdueMs, signal);
    }
  }

  async function runWindow(endsAt: number) {
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, stopping.signal]);
    const tail = Promise.withResolvers<void>();
    let cancelTail = () => {};
    const startTail = () => cancelTail = clock.after(tailMsMax, tail.resolve);
    signal.addEventListener("abort", startTail, { once: true });
    const cancelEnd = clock.after(endsAt - clock.now(), () => over.abort());
    try {
      await Promise.race([leadOrStandBy(signal), tail.promise]);
    } finally {
      over.abort();
      cancelEnd();
      cancelTail();
      keeper.pause();
    }
  }

  async function runLogged() {
    try {
      let endsAt = 0;
      do {
        endsAt = windowEnd(clock.now());
        await runWindow(endsAt);
        // After a freeze beyond the turn, cron has lost the present minute: another window replaces it.
      } while (clock.now() >= endsAt + windowMarginMs && !stopping.signal.aborted);
    } catch (error) {
      log.error({ err: error }, "A poll window ended in an error; the next minute opens another.");
    } finally {
      running = undefined;
      if (!stopping.signal.aborted) {
        cancelReopening = clock.after(cronLostMs, () => void openWindow());
      }
    }
  }

  function openWindow(): Promise<void> {
    cancelReopening();
    if (stopping.signal.aborted) return Promise.resolve();
    running ??= runLogged();
    return running;
  }

  return {
    openWindow,
    async stop() {
      stopping.abort();
      cancelReopening();
      await running;
      standby.close();
      await options.securitiesRefresh?.stop();
      await options.courseSaves?.stop();
      await keeper.release();
    },
  };
}
