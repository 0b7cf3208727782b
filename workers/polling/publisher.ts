// Owns the numbering and publishing of ticks under a lease: one at a time, in order. Reads no prices.

import { type Bus, busTimeoutMs, type Tick } from "../../lib/bus/bus.ts";
import type { Clock } from "../../lib/clock.ts";
import { within } from "../../lib/deadline.ts";
import type { Log } from "../../lib/log.ts";
import type { Metrics } from "../../lib/metrics.ts";
import type { LeaseKeeper } from "../lease.ts";
import { markAt, nextMark, wholeIntervals } from "../schedule.ts";
import type { TickContent } from "./tick_content.ts";

export interface Publisher {
  /** True at the beginning of an epoch, and if the next mark would be later than the last tick promised. */
  isDue(now: number, term: { epoch: number; cadenceMs: number }): boolean;
  /**
   * Does nothing unless the lease of this epoch is still held. True: the bus has the tick. False: it may have the tick
   * anyway. Never rejects.
   */
  publish(content: TickContent, occasion: Occasion): Promise<boolean>;
}

export interface Occasion {
  readonly epoch: number;
  readonly kind: Tick["kind"];
  /** When its calls began; absent if it made none. */
  readonly startedAt?: number | undefined;
  /** There is nothing to read: the next tick may come late. */
  readonly idle?: boolean;
  /** The present cadence. */
  readonly cadenceMs: number;
  readonly spent?: Tick["spent"];
}

export interface PublisherOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly keeper: LeaseKeeper;
}

/** Without viewers, heartbeats are at most this far apart. */
const idleMsMax = 30_000;
/** A poll that takes longer than this delays the promised time of the next tick. */
const lagMsMin = 500;

export function createPublisher(options: PublisherOptions): Publisher {
  const { bus, clock, log, metrics, keeper } = options;
  let last = { epoch: 0, seq: 0, nextAt: 0 };
  /** How long the last poll at a mark took: with a slow source every tick is this late. */
  let lagMs = 0;
  let queue = Promise.resolve(false);

  function promisedAt(at: number, { kind, startedAt, idle = false, cadenceMs }: Occasion): number {
    if (idle) return markAt(at, cadenceMs) + wholeIntervals(idleMsMax, cadenceMs);
    if (kind === "mark" && startedAt !== undefined) {
      lagMs = at - startedAt < lagMsMin ? 0 : at - startedAt;
    }
    return nextMark(at, cadenceMs) + lagMs;
  }

  async function publish(content: TickContent, occasion: Occasion) {
    const { epoch, kind, cadenceMs, spent } = occasion;
    const held = keeper.present();
    if (held?.lease.epoch !== epoch) return false;
    const at = clock.now();
    const nextAt = promisedAt(at, occasion);
    // The number is used up even if publishing fails: the bus may have taken the tick anyway.
    last = { ...last, epoch, seq: last.epoch === epoch ? last.seq + 1 : 1 };
    const version = { epoch, seq: last.seq };
    const tick = { ...content, kind, ...version, at, tickMs: cadenceMs, nextAt, spent };
    try {
      const outcome = await within(bus.publish(tick, held.lease), {
        clock,
        ms: busTimeoutMs,
        what: "Publishing a tick",
      });
      if (outcome === "published") {
        metrics.ticksPublished.inc({ kind });
        keeper.renewedAt(at);
        last = { ...last, nextAt };
        return true;
      }
      metrics.ticksRefused.inc();
      log.warn({ epoch }, "The bus refused a tick: another instance polls now.");
      if (keeper.present()?.lease.epoch === epoch) keeper.drop();
    } catch (error) {
      log.warn({ err: error }, "A tick could not be published; the next one repairs it.");
    }
    return false;
  }

  return {
    isDue: (now, { epoch, cadenceMs }) =>
      // Standbys wait for a tick of the new lease holder.
      bus.latest([]).epoch !== epoch ||
      now + cadenceMs > Math.max(last.nextAt, bus.latest([]).nextAt),
    publish: (content, occasion) => queue = queue.then(() => publish(content, occasion)),
  };
}
