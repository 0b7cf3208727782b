// Owns the lines of a file that were refused: the first ones are kept to be shown, all are counted, a report gets them all.

import { countText } from "./progress.ts";

export interface Refusals {
  add(line: number, reason: string): void;
  count(): number;
  /** For the operator, at most `shownMax` lines and one that counts the rest. */
  text(): string;
  close(): void;
}

/** The rest is counted. */
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
