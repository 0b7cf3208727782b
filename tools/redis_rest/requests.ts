// Owns parsing a REST request: commands from the body or the path, with bounds. Runs nothing.

import { Buffer } from "node:buffer";
import type { Encoding } from "./answers.ts";
import type { Command } from "./command_rules.ts";

/** A command, or the error that says why it is invalid. The other commands of a pipeline run anyway. */
export type PipelineRow = Command | string;

export type RestRequest =
  | { readonly kind: "command"; readonly command: Command; readonly encoding: Encoding }
  | {
    readonly kind: "pipeline" | "transaction";
    readonly rows: readonly PipelineRow[];
    readonly encoding: Encoding;
  }
  | {
    readonly kind: "subscribe";
    readonly channels: readonly string[];
    readonly isPattern: boolean;
  }
  | { readonly kind: "monitor" }
  | { readonly kind: "refused"; readonly status: number; readonly error: string };

/** A larger request gets 413. */
const requestBytesMax = 16 * 1024 * 1024;
/** A longer pipeline, or one with more channels, gets 400. */
const pipelineCommandsMax = 10_000;
const channelsMax = 100;

export async function parseRestRequest(request: Request): Promise<RestRequest> {
  if (!["GET", "HEAD", "POST", "PUT"].includes(request.method)) {
    return refused(405, "ERR only HEAD, GET, POST and PUT methods are allowed");
  }
  const encoding = encodingOf(request);
  if (!encoding) return refused(400, "ERR the response format is not supported");
  const body = await readBody(request);
  if (!body) return refused(413, `ERR max request size exceeded. Limit: ${requestBytesMax} bytes`);
  const url = new URL(request.url);
  const path = parsePath(url);
  if (!path) return refused(400, "ERR failed to parse the path");

  const [first = "", ...rest] = path;
  switch (first.toLowerCase()) {
    case "":
      return parseBody(body, encoding);
    case "pipeline":
      return parsePipeline(body, { kind: "pipeline", encoding });
    case "multi-exec":
      return parsePipeline(body, { kind: "transaction", encoding });
    case "subscribe":
    case "psubscribe":
      return parseChannels(rest, { isPattern: first.toLowerCase() === "psubscribe" });
    case "monitor":
      return { kind: "monitor" };
    default:
      return { kind: "command", command: pathCommand(path, { url, body }), encoding };
  }
}

function refused(status: number, error: string): RestRequest {
  return { kind: "refused", status, error };
}

/** Returns undefined if the encoding is unknown. */
function encodingOf({ headers }: Request): Encoding | undefined {
  const isBase64 = headers.get("upstash-encoding") === "base64";
  const format = headers.get("upstash-response-format") ?? "json";
  if (format === "json") return isBase64 ? "base64" : "text";
  return format === "resp2" && !isBase64 ? "resp2" : undefined;
}

/** Returns undefined if the body is too large. */
async function readBody(request: Request): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  if (Number(request.headers.get("content-length")) > requestBytesMax) return undefined;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > requestBytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parsePath({ pathname }: URL): string[] | undefined {
  const segments = pathname.slice(1).split("/");
  if (segments.length > 1 && segments.at(-1) === "") segments.pop();
  try {
    return segments.map(decodeURIComponent);
  } catch {
    // The path contains an invalid percent-encoding. The caller answers with the error.
    return undefined;
  }
}

/** `/set/foo?EX=100` with a body is SET foo <body> EX 100. */
function pathCommand(path: readonly string[], { url, body }: { url: URL; body: Buffer }): Command {
  const command: (string | Buffer)[] = [...path];
  if (body.length > 0) command.push(body);
  for (const [name, value] of url.searchParams) {
    if (name === "_token") continue;
    command.push(name);
    if (value !== "") command.push(value);
  }
  return command;
}

function parseBody(body: Buffer, encoding: Encoding): RestRequest {
  const row = parseJson(body);
  if (!Array.isArray(row)) return refused(400, "ERR failed to parse command");
  const command = toCommand(row) ?? "ERR empty command";
  if (typeof command === "string") return refused(400, command);
  return { kind: "command", command, encoding };
}

function parsePipeline(
  body: Buffer,
  { kind, encoding }: { kind: "pipeline" | "transaction"; encoding: Encoding },
): RestRequest {
  const rows = parseJson(body);
  if (!Array.isArray(rows) || !rows.every(Array.isArray)) {
    return refused(400, `ERR failed to parse ${kind} request`);
  }
  if (rows.length === 0) return refused(400, `ERR empty ${kind} request`);
  if (rows.length > pipelineCommandsMax) {
    return refused(400, `ERR a pipeline may hold ${pipelineCommandsMax} commands`);
  }
  return {
    kind,
    rows: rows.map((row) => toCommand(row) ?? `ERR empty ${kind} command`),
    encoding,
  };
}

function parseChannels(
  channels: readonly string[],
  { isPattern }: { isPattern: boolean },
): RestRequest {
  if (channels.length === 0 || channels.length > channelsMax) {
    return refused(400, `ERR wrong number of arguments for 'subscribe' command`);
  }
  return { kind: "subscribe", channels, isPattern };
}

/** An integer that a float cannot hold remains the text in which it was written. */
function parseJson(body: Buffer): unknown {
  const text = body.toString();
  try {
    return manyDigits.test(text) ? JSON.parse(text, exactly) : JSON.parse(text);
  } catch {
    // Text that is not JSON is not a command. The caller answers with the error.
    return undefined;
  }
}

const manyDigits = /\d{16}/;

function exactly(_key: string, value: unknown, context?: { source?: string }): unknown {
  const isInexact = Number.isInteger(value) && !Number.isSafeInteger(value);
  return isInexact ? context?.source : value;
}

/** Returns a command, the error if the row is not a command, or undefined if it is empty. */
function toCommand(row: readonly unknown[]): Command | string | undefined {
  if (row.length === 0 || row[0] === "") return undefined;
  if (row.some((item) => item === null)) return "ERR null args are not supported";
  return row.map((item) => typeof item === "string" ? item : JSON.stringify(item));
}
