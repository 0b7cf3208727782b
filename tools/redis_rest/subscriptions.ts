// Owns the streams of published messages and of monitored commands: Server-Sent Events, each with its own Redis connection. Stores no messages.

import { errorAnswer, type RestAnswer } from "./answers.ts";
import { type Client, type Connections, inTime, Unavailable } from "./connections.ts";
import type { RestRequest } from "./requests.ts";

type Subscription = Extract<RestRequest, { kind: "subscribe" | "monitor" }>;

/** A reader with more unread bytes loses its stream, as it would with Redis itself. */
const unreadBytesMax = 32 * 1024 * 1024;
const subscribeTimeoutMs = 2_000;

export function createSubscriptions(
  { connections, pingIntervalMs }: { connections: Connections; pingIntervalMs: number },
) {
  const open = new Set<() => void>();

  /** The stream ends when its connection ends, so that the reader knows that it misses messages. */
  function stream(client: Client, first: readonly string[]) {
    const encoder = new TextEncoder();
    let controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
    let isOpen = true;

    function write(text: string) {
      if (!isOpen) return;
      controller.enqueue(encoder.encode(text));
      if ((controller.desiredSize ?? 0) < -unreadBytesMax) end();
    }

    function end() {
      if (!isOpen) return;
      isOpen = false;
      release();
      controller.close();
    }

    function release() {
      isOpen = false;
      open.delete(end);
      clearInterval(pings);
      connections.discard(client);
    }

    // A disconnected reader is noticed only when something is written.
    const pings = setInterval(() => write(": ping\n\n"), pingIntervalMs);
    open.add(end);
    client.on("error", end);
    client.on("end", end);
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start(started) {
        controller = started;
        for (const data of first) write(event(data));
      },
      cancel: release,
    }, new ByteLengthQueuingStrategy({ highWaterMark: 0 }));
    return { body, write, end };
  }

  async function subscribe(client: Client, subscription: Subscription): Promise<RestAnswer> {
    /** Messages that arrive after Redis's acknowledgement and before the stream starts. */
    const early: string[] = [];
    let write = (text: string) => {
      early.push(text);
    };
    const acknowledged = await listen(client, {
      subscription,
      hear: (data) => write(event(data)),
    });
    const opened = stream(client, acknowledged);
    write = opened.write;
    for (const text of early) write(text);
    if (!client.isReady) opened.end();
    return { status: 200, contentType: "text/event-stream", body: opened.body };
  }

  return {
    async open(subscription: Subscription): Promise<RestAnswer> {
      let client: Client | undefined;
      try {
        client = await connections.borrow();
        return await inTime(subscribe(client, subscription), subscribeTimeoutMs);
      } catch (error) {
        if (client) connections.discard(client);
        if (error instanceof Unavailable) return errorAnswer(error.status, error.message);
        return errorAnswer(503, "ERR Redis did not take the subscription");
      }
    },
    close() {
      for (const end of open) end();
    },
  };
}

/** Returns the acknowledgement of Redis in the form in which the stream sends it. */
async function listen(
  client: Client,
  { subscription, hear }: { subscription: Subscription; hear: (data: string) => void },
): Promise<string[]> {
  if (subscription.kind === "monitor") {
    await client.monitor((line) => hear(String(line)));
    return ['"OK"'];
  }
  const { channels, isPattern } = subscription;
  for (const name of channels) {
    if (isPattern) {
      await client.pSubscribe(name, (message, channel) => {
        hear(`pmessage,${name},${channel},${message}`);
      });
    } else {
      await client.subscribe(name, (message, channel) => hear(`message,${channel},${message}`));
    }
  }
  const kind = isPattern ? "psubscribe" : "subscribe";
  return channels.map((channel, index) => `${kind},${channel},${index + 1}`);
}

/** A message of several lines becomes several `data:` lines, as the format requires. */
function event(data: string): string {
  return `${data.split(/\r\n|\r|\n/).map((line) => `data: ${line}`).join("\n")}\n\n`;
}
