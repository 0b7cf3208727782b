// Owns the answers of the gateway: results and errors as JSON (with base64 if the client asked for it) or as RESP2. Does no I/O.

import { Buffer } from "node:buffer";
import { ErrorReply } from "redis";

declare global {
  interface JSON {
    /** V8 has it, but the compiler's own types do not have it yet. */
    rawJSON(text: string): unknown;
  }
}

export interface RestAnswer {
  readonly status: number;
  readonly contentType?: string;
  readonly body: string | Buffer<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>;
}

export type Encoding = "text" | "base64" | "resp2";

export function errorAnswer(status: number, error: string): RestAnswer {
  return jsonAnswer(status, { error });
}

/** An error from Redis is a reply. The caller handles any other error. */
export function commandAnswer(reply: unknown, encoding: Encoding): RestAnswer {
  const status = reply instanceof ErrorReply ? 400 : 200;
  if (encoding === "resp2") return respAnswer(status, [reply]);
  return jsonAnswer(status, slotOf(reply, encoding));
}

export function pipelineAnswer(replies: readonly unknown[], encoding: Encoding): RestAnswer {
  if (encoding === "resp2") return respAnswer(200, replies);
  return jsonAnswer(200, replies.map((reply) => slotOf(reply, encoding)));
}

function jsonAnswer(status: number, value: unknown): RestAnswer {
  return { status, body: JSON.stringify(value) };
}

function respAnswer(status: number, replies: readonly unknown[]): RestAnswer {
  const body = Buffer.concat(replies.flatMap(respOf));
  return { status, contentType: "application/octet-stream", body };
}

function slotOf(reply: unknown, encoding: Encoding) {
  if (reply instanceof ErrorReply) return { error: reply.message };
  // OK is the only status that is not encoded in base64.
  return { result: reply === "OK" ? reply : encode(reply, encoding) };
}

/** The client library delivers bulk strings as bytes, and statuses and integers as text. */
function encode(reply: unknown, encoding: Encoding): unknown {
  if (Array.isArray(reply)) return reply.map((item) => encode(item, encoding));
  if (reply instanceof ErrorReply) return encode(reply.message, encoding);
  if (isInteger(reply)) return exactNumber(reply);
  if (typeof reply === "string") return encode(Buffer.from(reply), encoding);
  if (!(reply instanceof Uint8Array)) return reply ?? null;
  return Buffer.from(reply).toString(encoding === "base64" ? "base64" : "utf8");
}

/** JSON does not limit numbers; a float does. */
function exactNumber(digits: string): unknown {
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : JSON.rawJSON(digits);
}

/** None of Redis's own statuses consists of digits. */
function isInteger(reply: unknown): reply is string {
  return typeof reply === "string" && /^-?\d+$/.test(reply);
}

function respOf(reply: unknown): Buffer[] {
  if (Array.isArray(reply)) return [Buffer.from(`*${reply.length}\r\n`), ...reply.flatMap(respOf)];
  if (reply instanceof ErrorReply) return [Buffer.from(`-${reply.message}\r\n`)];
  if (typeof reply === "string") {
    return [Buffer.from(`${isInteger(reply) ? ":" : "+"}${reply}\r\n`)];
  }
  if (!(reply instanceof Uint8Array)) return [Buffer.from("$-1\r\n")];
  return [Buffer.from(`$${reply.byteLength}\r\n`), Buffer.from(reply), Buffer.from("\r\n")];
}
