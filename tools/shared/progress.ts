// Owns showing the progress of a long task: on a terminal one line that is redrawn, elsewhere a new line from time to time.

import type { Clock } from "../../lib/clock.ts";

export interface Progress {
  /** Cheap, so it may be called after each batch. `done` is the part of `total` that is done, `text` describes it. */
  at(done: number, text: string): void;
  /** Clears the line on a terminal. */
  end(): void;
}

export interface ProgressOptions {
  /** Undefined if the total is unknown. */
  readonly total: number | undefined;
  readonly clock: Clock;
  readonly isTerminal: boolean;
  readonly write: (text: string) => void;
}

const barLength = 24;
const terminalIntervalMs = 200;
const plainIntervalMs = 10_000;

export function createProgress(
  { total, clock, isTerminal, write }: ProgressOptions,
): Progress {
  const intervalMs = isTerminal ? terminalIntervalMs : plainIntervalMs;
  const startedAt = clock.now();
  let shownAt = isTerminal ? -Infinity : startedAt;
  let isDrawn = false;

  function shown(done: number, text: string): string {
    if (total === undefined) return isTerminal ? `\r${text}\x1b[K` : `${text}\n`;
    const share = total > 0 ? Math.min(1, done / total) : 1;
    const percent = `${Math.floor(share * 100)} %`;
    const leftMs = share > 0 ? (clock.now() - startedAt) * (1 - share) / share : Infinity;
    const left = Number.isFinite(leftMs) ? `, ${durationText(leftMs)} left` : "";
    if (!isTerminal) return `${percent}: ${text}${left}\n`;
    const bar = "#".repeat(Math.round(share * barLength)).padEnd(barLength, ".");
    // Clears the rest of a longer line that was there before.
    return `\r[${bar}] ${percent.padStart(5)}  ${text}${left}\x1b[K`;
  }

  return {
    at(done, text) {
      if (clock.now() - shownAt < intervalMs) return;
      shownAt = clock.now();
      isDrawn = isTerminal;
      write(shown(done, text));
    },
    end() {
      if (isDrawn) write("\r\x1b[K");
      isDrawn = false;
    },
  };
}

/** Writes to standard error: a terminal, or the log of the process. */
export function progressOfTask(
  { total, clock }: Pick<ProgressOptions, "total" | "clock">,
): Progress {
  const encoder = new TextEncoder();
  return createProgress({
    total,
    clock,
    isTerminal: Deno.stderr.isTerminal(),
    write: (text) => Deno.stderr.writeSync(encoder.encode(text)),
  });
}

export function countText(count: number): string {
  return count.toLocaleString("en-US");
}

export function durationText(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
