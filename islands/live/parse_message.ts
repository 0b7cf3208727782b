// Owns how the browser parses frames of the server. A frame that is not a known message gives undefined.

import type { ServerMessage } from "../../lib/protocol.ts";

/** By type of message, the field that must be an array. */
const arrayFields: ReadonlyMap<unknown, string> = new Map([
  ["watchlist", "tickers"],
  ["lists", "lists"],
  ["snapshot", "quotes"],
  ["tick", "quotes"],
]);
const otherTypes: readonly unknown[] = ["hello", "bye", "error"];

/** Checks only what could throw later, since the server is our own. The protocol says that unknown types are ignored. */
export function parseServerMessage(data: unknown): ServerMessage | undefined {
  if (typeof data !== "string") return undefined;
  let value: Record<string, unknown> | null;
  try {
    value = JSON.parse(data);
  } catch {
    return undefined;
  }
  const type = value?.type;
  const field = arrayFields.get(type);
  const isKnown = field ? Array.isArray(value?.[field]) : otherTypes.includes(type);
  return isKnown ? value as unknown as ServerMessage : undefined;
}
