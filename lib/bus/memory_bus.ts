// Owns the bus within one process: no network, the same promises as its Redis twin. The rules of quotes live in mirror.ts.

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
  /** Where budgets are kept beyond a restart. Absent: nowhere. */
  readonly lastTick?: LastTickPort;
}

/** The last tick that told what was spent, without its quotes. */
export interface LastTickPort {
  /** As kept by the process before; empty: there was none. */
  readonly text: string;
  save(text: string): Promise<void>;
}

/** Past it the instance that spoke longest ago is forgotten; one process is one instance. */
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
  const former = parseSnapshot({ head: lastTick?.text ?? "", quotes: [], readings: [] });
  if (former) mirror.restore(former);
  /** Waits for the save before it; a later tick takes its place. */
  let unsaved: Tick | undefined;
  let saving: Promise<void> | undefined;
  const wants = new Map<string, { interest: Interest; expiresAt: number }>();

  function publish(tick: Tick, held: Lease): PublishOutcome {
    if (tick.epoch !== held.epoch) throw new Error("A tick carries the epoch of its lease.");
    if (!lease.admits(held)) return "stale_epoch";
    const update = mirror.apply(tick);
    if (update) ticks.deliver(update);
    if (tick.spent) keep(tick);
    return "published";
  }

  function keep(tick: Tick) {
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
        log.warn({ err: error }, "What was spent could not be kept; the next tick tells it again.");
      }
    }
    saving = undefined;
  }

  function want(instanceId: string, interest: Interest) {
    wants.delete(instanceId);
    wants.set(instanceId, { interest, expiresAt: clock.now() + wantTtlMs });
    if (wants.size > instancesMax) wants.delete(wants.keys().next().value ?? instanceId);
  }

  function wanted(): Interest {
    for (const [instanceId, { expiresAt }] of wants) {
      if (expiresAt <= clock.now()) wants.delete(instanceId);
    }
    return uniteInterest([...wants.values()].map(({ interest }) => interest));
  }

  return {
    name: "in-process",
    lease,
    publish: (tick, held) => Promise.try(publish, tick, held),
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
