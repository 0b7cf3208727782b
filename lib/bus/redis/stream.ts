// Owns one stream of published messages over HTTP: opened in time, read line by line, bounded. Never reconnects.

import type { Clock } from "../../clock.ts";
import { RedisError } from "./client.ts";

export interface StreamOptions {
  readonly url: string;
  readonly token: string;
  readonly channel: string;
  readonly clock: Clock;
  /** Ends the stream, at whatever stage. */
  readonly stop: AbortController;
  /** Something arrived, be it a sign of life. */
  readonly onActivity: () => void;
}

export const openTimeoutMs = 4_000;
/** The bus's own messages stay below a quarter of it; a longer line ends the stream. */
const lineCharsMax = 1024 * 1024;

/** Resolves when Redis has acknowledged the subscription. The messages end, or throw, with the stream. */
export async function openStream(options: StreamOptions): Promise<AsyncGenerator<string>> {
  const { clock, stop, channel } = options;
  const cancel = clock.after(openTimeoutMs, () => stop.abort());
  try {
    const lines = readLines(await request(options), options);
    for (;;) {
      const { done, value } = await lines.next();
      if (done) throw new RedisError("The stream ended before it began.");
      if (value.startsWith(`data: subscribe,${channel},`)) return messagesOf(lines, channel);
    }
  } finally {
    cancel();
  }
}

async function request(
  { url, token, channel, stop: { signal } }: StreamOptions,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const response = await fetch(
    `${url.replace(/\/$/, "")}/subscribe/${encodeURIComponent(channel)}`,
    {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, accept: "text/event-stream" },
      signal,
    },
  );
  if (response.ok && response.body) return response.body;
  await response.body?.cancel();
  throw new RedisError(`Subscribing was answered with status ${response.status}.`);
}

async function* readLines(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  { onActivity, stop: { signal } }: StreamOptions,
): AsyncGenerator<string> {
  const reader = body.getReader();
  // On Deno 2.9 an abort no longer reaches a body once its response was collected: the reader is told itself.
  const cancel = () => void reader.cancel().catch(() => {});
  signal.addEventListener("abort", cancel, { once: true });
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      onActivity();
      const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > lineCharsMax) throw new RedisError("A line of the stream is too long.");
      yield* lines;
    }
  } finally {
    signal.removeEventListener("abort", cancel);
    cancel();
  }
}

async function* messagesOf(
  lines: AsyncGenerator<string>,
  channel: string,
): AsyncGenerator<string> {
  const start = `data: message,${channel},`;
  for await (const line of lines) {
    if (line.startsWith(start)) yield line.slice(start.length).trimEnd();
  }
}
