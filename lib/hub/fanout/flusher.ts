// Owns the fan-out of a tick: one frame for each socket, one flush at a time, slow sockets later. Knows no protocol.

import type { TickUpdate } from "../../bus/bus.ts";
import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import type { Metrics } from "../../metrics.ts";
import { visitInChunks } from "./chunks.ts";
import type { Flush, Frames } from "./frames.ts";
import { changes, type QuoteSlot } from "./quote_slot.ts";
import type { Registry } from "../registry.ts";

/** "behind": the socket was not ready for the frame, and catches up later. */
export type Delivery = "sent" | "nothing" | "behind";

/** A socket as the flush sees it. */
export interface Viewer {
  deliver(flush: Flush, slots: readonly QuoteSlot[]): Delivery;
  /** Sends every ticker in full if the socket is ready; sends nothing to a socket that is closed or missed nothing. */
  catchUp(): Delivery;
  /** Called when a mark found the socket behind. */
  missMark(): void;
}

/** The first try comes soon: most sockets were only busy with sending an answer. */
const firstCatchUpMs = 50;
const catchUpMs = 1_000;

export type Flusher = ReturnType<typeof createFlusher>;

export function createFlusher({ clock, log, metrics, registry, frames }: {
  clock: Clock;
  log: Log;
  metrics: Pick<Metrics, "framesSent" | "framesDeferred" | "flushSeconds">;
  registry: Pick<
    Registry<Viewer, QuoteSlot>,
    "slot" | "slots" | "slotsOf" | "viewers" | "viewerEntries"
  >;
  frames: Frames;
}) {
  /** The kind of the ticks since the last flush began. They are merged into one flush: the slots hold their changes. */
  let pending: Flush["kind"] | undefined;
  let isFlushing = false;
  const behind = new Set<Viewer>();
  let cancelCatchUp: (() => void) | undefined;

  function onTick({ tick, changed }: TickUpdate) {
    for (const ticker of tick.unchanged) registry.slot(ticker)?.noteChange(changes.none);
    for (const { quote, onlyPrice } of changed) {
      registry.slot(quote.ticker)?.noteChange(onlyPrice ? changes.price : changes.other);
    }
    if (pending !== "mark") pending = tick.kind;
    if (!isFlushing) inBackground(flushPending());
  }

  async function flushPending() {
    isFlushing = true;
    try {
      while (pending) {
        const kind = pending;
        pending = undefined;
        await flush(kind);
      }
    } finally {
      isFlushing = false;
    }
  }

  /** No caller awaits a flush, and a fault in it must not end the process. */
  function inBackground(work: Promise<void>) {
    work.catch((error) => log.error({ err: error }, "Sockets could not be written to."));
  }

  async function flush(kind: Flush["kind"]) {
    const startedAt = performance.now();
    const recipients = kind === "mark" ? registry.viewerEntries() : viewersOfNewcomers();
    const encoded = frames.encode(kind);
    let sent = 0;
    let deferred = 0;
    await visitInChunks(recipients, {
      clock,
      visit([viewer, { slots }]) {
        const delivery = viewer.deliver(encoded, slots);
        if (delivery === "sent") sent++;
        if (delivery !== "behind") return;
        deferred++;
        behind.add(viewer);
        if (kind === "mark") viewer.missMark();
      },
    });
    metrics.framesSent.inc(sent);
    metrics.framesDeferred.inc(deferred);
    metrics.flushSeconds.observe((performance.now() - startedAt) / 1_000);
    scheduleCatchUp(firstCatchUpMs);
  }

  function viewersOfNewcomers() {
    const viewers = new Set<Viewer>();
    for (const slot of registry.slots()) {
      if (!slot.isRead) continue;
      for (const viewer of registry.viewers(slot.ticker)) viewers.add(viewer);
    }
    return entriesOf(viewers);
  }

  /** Each entry is read when its turn comes: a viewer may have left in the meantime. */
  function* entriesOf(viewers: Iterable<Viewer>) {
    for (const viewer of viewers) {
      const slots = registry.slotsOf(viewer);
      if (slots) yield [viewer, { slots }] as const;
    }
  }

  function scheduleCatchUp(ms: number) {
    if (behind.size > 0) cancelCatchUp ??= clock.after(ms, () => inBackground(catchUp()));
  }

  async function catchUp() {
    cancelCatchUp = undefined;
    let sent = 0;
    await visitInChunks(behind, {
      clock,
      visit(viewer) {
        const delivery = viewer.catchUp();
        if (delivery === "sent") sent++;
        if (delivery !== "behind") behind.delete(viewer);
      },
    });
    metrics.framesSent.inc(sent);
    scheduleCatchUp(catchUpMs);
  }

  return {
    onTick,
    stop(): void {
      cancelCatchUp?.();
      behind.clear();
    },
  };
}
