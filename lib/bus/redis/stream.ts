// Owns one stream of published messages over HTTP: opens it within a deadline, reads bounded lines. Never reconnects.

import type { Clock } from "../../clock.ts";
import { RedisError } from "./client.ts";

export interface StreamOptions {
  readonly url: string;
  readonly token: string;
  readonly channel: string;
  readonly clock: Clock;
  /** Ends the stream, also while it is being opened. */
  readonly stop: AbortController;
  /** Called for each chunk that arrives, keep-alives included. */
  readonly onActivity: () => void;
}

export const openTimeoutMs = 4_000;
/** A longer line ends the stream. Messages of the bus stay below a quarter of this. */
const lineCharsMax = 1024 * 1024;

/** Resolves when Redis has acknowledged the subscription. The messages end, or throw, with the stream. */
export async function openStream(options: StreamOptions): Promise<AsyncGenerator<string>> {
  const { clock, stop, channel } = options;
  const cancel = clock.after(openTimeoutMs, () => stop.abort());
  try {
    const lines = readLines(await request(options), options);
    for (;;) {
      const { done, value } = await lines.next();
      if (done) throw new RedisError("The stream ended before the subscription was acknowledged.");
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
  // On Deno 2.9 an abort does not reach the body after its response was collected, so the reader is cancelled here.
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
