// Owns a stream of Server-Sent Events as the hub sees it: a socket whose client only listens.

import type { Socket } from "../hub_ports.ts";

export interface EventSocket {
  readonly socket: Socket;
  /** The body of the response; it ends when the hub closes the socket. */
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Called once the hub has the socket. */
  open(): void;
  /** Handles a message as if the client had sent it. */
  receive(message: unknown): void;
}

/** Clients that lost their streams together reconnect spread over this time. */
const retryMsMin = 1_000;
const retryMsMax = 5_000;

const encoder = new TextEncoder();

export function createEventSocket(
  { random = Math.random }: { random?: () => number } = {},
): EventSocket {
  /** Events that a slow reader has not read yet; the hub sees their size. */
  let waiting: Uint8Array<ArrayBuffer>[] = [];
  let bufferedBytes = 0;
  let wake = () => {};

  const socket: Socket & { readyState: number } = {
    readyState: WebSocket.CONNECTING,
    get bufferedAmount() {
      return bufferedBytes;
    },
    send(data) {
      if (socket.readyState === WebSocket.OPEN) write(eventOf(data));
    },
    close(code, reason) {
      if (socket.readyState !== WebSocket.OPEN) return;
      write(`event: close\ndata: ${JSON.stringify({ code, reason })}\n\n`);
      socket.readyState = WebSocket.CLOSING;
    },
    onopen: null,
    onmessage: null,
    onclose: null,
    onerror: null,
  };

  function write(text: string) {
    const bytes = encoder.encode(text);
    waiting.push(bytes);
    bufferedBytes += bytes.byteLength;
    wake();
  }

  function end() {
    if (socket.readyState === WebSocket.CLOSED) return;
    socket.readyState = WebSocket.CLOSED;
    waiting = [];
    bufferedBytes = 0;
    socket.onclose?.(new CloseEvent("close"));
  }

  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      if (waiting.length === 0) await new Promise<void>((resolve) => wake = resolve);
      for (const bytes of waiting) controller.enqueue(bytes);
      waiting = [];
      bufferedBytes = 0;
      if (socket.readyState !== WebSocket.CLOSING) return;
      controller.close();
      end();
    },
    cancel: end,
  }, { highWaterMark: 0 });

  return {
    socket,
    body,
    open() {
      socket.readyState = WebSocket.OPEN;
      const retryMs = retryMsMin + random() * (retryMsMax - retryMsMin);
      write(`retry: ${Math.round(retryMs)}\n\n`);
      socket.onopen?.(new Event("open"));
    },
    receive(message) {
      socket.onmessage?.(new MessageEvent("message", { data: JSON.stringify(message) }));
    },
  };
}

/** An unnamed event. An event with quotes carries their version, so that a client may change its transport. */
function eventOf(message: string): string {
  const version = /^\{"type":"\w+",(?:"\w+":\d+,)*"epoch":(\d+),"seq":(\d+)/.exec(message);
  const id = version ? `id: ${version[1]}-${version[2]}\n` : "";
  return `${id}data: ${message}\n\n`;
}
