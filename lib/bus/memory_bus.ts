// Owns the bus within one process, which passes the same contract tests as redis_bus.ts. mirror.ts owns the rules of quotes.

import { BoundedMap } from "../bounded_map.ts";
import type { Log } from "../log.ts";
import {
  type Announcement,
  type Bus,
  type Interest,
  type Lease,
  type PublishOutcome,
  type Tick,
  type TickUpdate,
  wantTtlMs,
} from "./bus.ts";
import { uniteInterest } from "./wanted.ts";
import { createListeners } from "./listeners.ts";
import { createMemoryLease } from "./memory_lease.ts";
import { createMirror, type MirrorOptions } from "./mirror.ts";
import { encodeHead, parseSnapshot } from "./wire.ts";

export interface MemoryBusOptions extends MirrorOptions {
  readonly log: Log;
  /** Keeps the calls spent over a restart. Absent: a restart forgets them. */
  readonly lastTick?: LastTickPort;
}

/** Keeps the last tick that had `spent`, without its quotes. */
export interface LastTickPort {
  /** As the previous process saved it; empty if it saved nothing. */
  readonly text: string;
  save(text: string): Promise<void>;
}

/** Above this number the interest that was sent longest ago is dropped. One process is one instance. */
const instancesMax = 1_000;

export function createMemoryBus({ log, lastTick, ...options }: MemoryBusOptions): Bus {
  const { clock } = options;
  const mirror = createMirror(options);
  const ticks = createListeners<TickUpdate>(log);
  const announcements = createListeners<Announcement>(log);
  const lease = createMemoryLease({
    clock,
    onFree: () => announcements.deliver({ kind: "lease_free" }),
  });
  const saved = parseSnapshot({ head: lastTick?.text ?? "", quotes: [], readings: [] });
  if (saved) mirror.restore(saved);
  /** Waits until the save in progress ends; a later tick replaces it. */
  let unsaved: Tick | undefined;
  let saving: Promise<void> | undefined;
  const wants = new BoundedMap<string, { interest: Interest; expiresAt: number }>(instancesMax);

  function publish(tick: Tick, publisherLease: Lease): PublishOutcome {
    if (tick.epoch !== publisherLease.epoch) {
      throw new Error("A tick carries the epoch of its lease.");
    }
    if (!lease.admits(publisherLease)) return "stale_epoch";
    const update = mirror.apply(tick);
    if (update) ticks.deliver(update);
    if (tick.spent) save(tick);
    return "published";
  }

  function save(tick: Tick) {
    unsaved = tick;
    saving ??= saveAll();
  }

  async function saveAll() {
    while (unsaved) {
      const text = encodeHead(unsaved);
      unsaved = undefined;
      try {
        await lastTick?.save(text);
      } catch (error) {
        log.warn({ err: error }, "The calls spent could not be saved; the next tick saves them.");
      }
    }
    saving = undefined;
  }

  function want(instanceId: string, interest: Interest) {
    wants.set(instanceId, { interest, expiresAt: clock.now() + wantTtlMs });
  }

  function wanted(): Interest {
    for (const [instanceId, { expiresAt }] of wants.entries()) {
      if (expiresAt <= clock.now()) wants.delete(instanceId);
    }
    return uniteInterest([...wants.entries()].map(([, { interest }]) => interest));
  }

  return {
    name: "in-process",
    lease,
    publish: (tick, publisherLease) => Promise.try(publish, tick, publisherLease),
    subscribe: ticks.add,
    latest: mirror.latest,
    want(instanceId, interest, { newcomers } = {}) {
      want(instanceId, interest);
      if (newcomers && newcomers.signedIn.length + newcomers.anonymous.length > 0) {
        announcements.deliver({ kind: "newcomers", interest: newcomers });
      }
      return Promise.resolve();
    },
    wanted: () => Promise.resolve(wanted()),
    announce: (announcement) => Promise.resolve(announcements.deliver(announcement)),
    onAnnounce: announcements.add,
    onGap: () => () => {},
    ping: () => Promise.resolve(),
    close() {
      ticks.clear();
      announcements.clear();
      return saving ?? Promise.resolve();
    },
  };
}
