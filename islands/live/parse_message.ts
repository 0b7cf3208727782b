// Owns the browser's reading of the server's frames: what is not a known message is none.

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

/** The server is our own: types are checked as far as a fault could throw later. Unknown types are ignored, as the protocol says. */
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
