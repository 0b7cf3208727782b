// Owns the way of a tick to all sockets: one frame each, one flush at a time, stragglers later. Knows no protocol.

import type { TickUpdate } from "../../bus/bus.ts";
import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import type { Metrics } from "../../metrics.ts";
import { visitInChunks } from "./chunks.ts";
import type { Flush, Frames } from "./frames.ts";
import { news, type QuoteSlot } from "./quote_slot.ts";
import type { Registry } from "../registry.ts";

/** "behind": it could not take the frame and is to be caught up. */
export type Delivery = "sent" | "nothing" | "behind";

/** A socket as the flush sees it. */
export interface Viewer {
  deliver(flush: Flush, slots: readonly QuoteSlot[]): Delivery;
  /** Tells everything in full, if the socket takes it by now; nothing to one that is closed or needs none. */
  catchUp(): Delivery;
  /** A mark found it behind. */
  missMark(): void;
}

/** The first try comes soon: most were only hit between an answer and its way out. */
const firstCatchUpMs = 50;
const catchUpMs = 1_000;

export type Flusher = ReturnType<typeof createFlusher>;

export function createFlusher({ clock, log, metrics, registry, frames }: {
  clock: Clock;
  log: Log;
  metrics: Pick<Metrics, "framesSent" | "framesDeferred" | "flushSeconds">;
  registry: Registry<Viewer, QuoteSlot>;
  frames: Frames;
}) {
  /** What came since the last flush began. Ticks that come during a flush are merged into one: the slots hold their news. */
  let pending: Flush["kind"] | undefined;
  let isFlushing = false;
  const behind = new Set<Viewer>();
  let cancelCatchUp: (() => void) | undefined;

  function take({ tick, changed }: TickUpdate) {
    for (const ticker of tick.unchanged) registry.slot(ticker)?.hear(news.same);
    for (const { quote, onlyPrice } of changed) {
      registry.slot(quote.ticker)?.hear(onlyPrice ? news.price : news.other);
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

  /** Nobody awaits a flush, and a fault in one must not end the process. */
  function inBackground(work: Promise<void>) {
    work.catch((error) => log.error({ err: error }, "Sockets could not be written to."));
  }

  async function flush(kind: Flush["kind"]) {
    const startedAt = performance.now();
    const recipients = kind === "mark" ? registry.holdings() : newcomersHoldings();
    const present = frames.encode(kind);
    let sent = 0;
    let deferred = 0;
    await visitInChunks(recipients, {
      clock,
      visit([viewer, { slots }]) {
        const delivery = viewer.deliver(present, slots);
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

  function newcomersHoldings() {
    const viewers = new Set<Viewer>();
    for (const slot of registry.slots()) {
      if (!slot.hasNews) continue;
      for (const viewer of registry.viewers(slot.ticker)) viewers.add(viewer);
    }
    return holdingsOf(viewers);
  }

  /** Read when its turn comes: a viewer may have left since. */
  function* holdingsOf(viewers: Iterable<Viewer>) {
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
    take,
    stop(): void {
      cancelCatchUp?.();
      behind.clear();
    },
  };
}
