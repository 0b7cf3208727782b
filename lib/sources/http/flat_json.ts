// Owns reading a large JSON object of texts, such as a list of 200,000 names, in steps: ticks have their turn in between.

import type { Clock } from "../../clock.ts";

/** About 2 ms of work. */
export const membersAStep = 1_000;

/** One member, and the comma behind it or the end of the object. Each part can match in one way only, so no text takes long. */
const memberPattern =
  /\s*("[^"\\]*(?:\\[^][^"\\]*)*")\s*:\s*("[^"\\]*(?:\\[^][^"\\]*)*"|[\w.+-]+)\s*(,|\}\s*$)/y;

/**
 * The members in the order of the text; a value that is not a text is null. Throws a SyntaxError if the text is not JSON,
 * or contains an array or another object.
 */
export async function parseFlatJson(
  json: string,
  clock: Pick<Clock, "sleep">,
): Promise<Map<string, string | null>> {
  const members = new Map<string, string | null>();
  const start = /^\s*\{/.exec(json);
  if (!start) throw new SyntaxError("This is not a JSON object");
  const pattern = new RegExp(memberPattern);
  pattern.lastIndex = start[0].length;
  for (let count = 1;; count++) {
    const [, key = "", value = "", end = ""] = pattern.exec(json) ?? [];
    if (!key) throw new SyntaxError("This is not a JSON object of texts");
    members.set(textOf(key), value.startsWith('"') ? textOf(value) : null);
    if (end !== ",") return members;
    if (count % membersAStep === 0) await clock.sleep(0);
  }
}

function textOf(quoted: string): string {
  const text: unknown = JSON.parse(quoted);
  return String(text);
}
