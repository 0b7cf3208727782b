// Owns the guard over the memory of the process: when it is short, new work is refused; when it is full, the process ends in order.

import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";

/**
 * One look takes 10 us. Hostile sockets, one or six, were measured to add up to 1,300 MiB a second, and a full memory was
 * seen at most 120 MiB too late. They may delay a timer by 240 ms, which makes it 450 MiB: less than the reserve of memory_limit.ts.
 */
export const lookMs = 100;
/** New work is refused from here on. */
export const shortShare = 0.8;
/** And is taken again below this, so that the guard does not change its mind at each look. */
const easedShare = 0.75;

export interface MemoryGuard {
  /** Costly requests and new sockets are to be refused. */
  isShort(): boolean;
}

/** The guard of a process whose limit is not known: it refuses nothing. */
export const noMemoryGuard: MemoryGuard = { isShort: () => false };

export function createMemoryGuard(
  { maxBytes, clock, log, onShort, onFull, rssBytes = () => Deno.memoryUsage().rss }: {
    maxBytes: number;
    clock: Clock;
    log: Pick<Log, "warn" | "error" | "info">;
    /** Called each time memory gets short: close what may come back later. */
    onShort: () => void;
    /** Called once. The guard looks no more. */
    onFull: () => void;
    rssBytes?: () => number;
  },
): MemoryGuard {
  let isShort = false;
  clock.after(lookMs, look);

  function look() {
    const rss = rssBytes();
    const figures = { rssMb: toMb(rss), maxMb: toMb(maxBytes) };
    if (rss >= maxBytes) {
      isShort = true;
      log.error(
        figures,
        "Memory is full: the process ends, so that its supervisor starts it again",
      );
      return onFull();
    }
    clock.after(lookMs, look);
    if (!isShort && rss >= maxBytes * shortShare) {
      isShort = true;
      log.warn(figures, "Memory is short: new sockets and costly requests are refused");
      onShort();
    } else if (isShort && rss < maxBytes * easedShare) {
      isShort = false;
      log.info(figures, "Memory is no longer short");
    }
  }

  return { isShort: () => isShort };
}

function toMb(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
