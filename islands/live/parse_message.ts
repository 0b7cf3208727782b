// Owns how the browser parses frames of the server. A frame that is not a known message gives undefined.

import type { ServerMessage } from "../../lib/protocol.ts";

const requiredArray: Record<string, string | undefined> = {
  hello: undefined,
  bye: undefined,
  error: undefined,
  watchlist: "tickers",
  lists: "lists",
  snapshot: "quotes",
  tick: "quotes",
};

/** Checks only what could throw later, since the server is our own. The protocol says that unknown types are ignored. */
export function parseServerMessage(data: unknown): ServerMessage | undefined {
  if (typeof data !== "string") return undefined;
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || !("type" in value)) return undefined;
  const type = String(value.type);
  if (!Object.hasOwn(requiredArray, type)) return undefined;
  const member = requiredArray[type];
  if (member && !Array.isArray((value as Record<string, unknown>)[member])) return undefined;
  return value as ServerMessage;
}
