// Owns the JSON answers of the gateway: results, errors, base64 where it was asked for. Talks to nobody.

import { Buffer } from "node:buffer";
import { ErrorReply } from "redis";

export interface RestAnswer {
  readonly status: number;
  readonly contentType?: string;
  readonly body: string | ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** One place in a pipeline's answer, or the whole answer of a single command. */
export type Slot = { readonly result: unknown } | { readonly error: string };

export type Encoding = "base64" | "text";

export function jsonAnswer(status: number, value: unknown): RestAnswer {
  return { status, body: JSON.stringify(value) };
}

export function errorAnswer(status: number, error: string): RestAnswer {
  return jsonAnswer(status, { error });
}

/** A reply of Redis, or the error it answered with; anything else that went wrong is the caller's. */
export function slotOf(reply: unknown, encoding: Encoding): Slot {
  if (reply instanceof ErrorReply) return { error: reply.message };
  // The one status that stays readable in either encoding.
  return { result: reply === "OK" ? reply : encode(reply, encoding) };
}

/** Bulk strings arrive as bytes, statuses as text. */
function encode(reply: unknown, encoding: Encoding): unknown {
  if (Array.isArray(reply)) return reply.map((item) => encode(item, encoding));
  if (reply instanceof ErrorReply) return encode(reply.message, encoding);
  if (typeof reply === "string") return encode(Buffer.from(reply), encoding);
  if (!(reply instanceof Uint8Array)) return reply ?? null;
  return Buffer.from(reply).toString(encoding === "base64" ? "base64" : "utf8");
}
