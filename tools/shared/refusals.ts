// Owns the refused lines of a file: it stores the first ones for display, counts all, and writes all to a report if there is one.

import { countText } from "./progress.ts";

export interface Refusals {
  add(line: number, reason: string): void;
  count(): number;
  /** For the operator: at most `shownMax` lines, and one line with the number of the others. */
  text(): string;
  close(): void;
}

/** More lines than this are only counted. */
export const shownMax = 20;

export function createRefusals(report?: Pick<Deno.FsFile, "writeSync" | "close">): Refusals {
  const encoder = new TextEncoder();
  const shown: string[] = [];
  let count = 0;

  return {
    add(line, reason) {
      const text = `Line ${line}: ${reason}`;
      count++;
      if (shown.length < shownMax) shown.push(text);
      report?.writeSync(encoder.encode(`${text}\n`));
    },
    count: () => count,
    text() {
      const rest = count - shown.length;
      return [...shown, ...(rest > 0 ? [`And ${countText(rest)} more.`] : [])].join("\n");
    },
    close: () => report?.close(),
  };
}
