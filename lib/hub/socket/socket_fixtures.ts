// Owns a socket without a network: the test plays its client. No product code imports it.

import type { ServerMessage } from "../../protocol.ts";
import type { Socket } from "../hub_ports.ts";

/** A socket whose client reads everything at once, unless it is stalled. */
export class FakeSocket implements Socket {
  readyState: number = WebSocket.CONNECTING;
  bufferedAmount = 0;
  isStalled = false;
  sent: string[] = [];
  closeCode: number | undefined;
  onopen: ((event: Event) => void) | null = null;
  onmessage: ((event: MessageEvent) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  onerror: ((event: Event) => void) | null = null;

  send(data: string): void {
    if (this.readyState === WebSocket.CONNECTING) throw new Error("The socket is not open yet.");
    if (this.readyState !== WebSocket.OPEN) return;
    this.sent.push(data);
    if (this.isStalled) this.bufferedAmount += data.length;
  }

  /** As on the platform, this only asks the client to close: the close event may never come. */
  close(code?: number): void {
    if (this.readyState === WebSocket.CONNECTING) throw new Error("A close now would be lost.");
    this.readyState = WebSocket.CLOSING;
    this.closeCode ??= code;
  }

  open(): void {
    this.readyState = WebSocket.OPEN;
    this.onopen?.(new Event("open"));
  }

  /** A message from the client. */
  receive(message: unknown): void {
    this.receiveRaw(JSON.stringify(message));
  }

  receiveRaw(data: unknown): void {
    this.onmessage?.(new MessageEvent("message", { data }));
  }

  /** False once the hub ignores the client's messages. */
  get isListening(): boolean {
    return this.onmessage !== null;
  }

  /** The client disconnects. */
  disconnect(): void {
    this.readyState = WebSocket.CLOSED;
    this.onclose?.(new CloseEvent("close", { code: 1006 }));
  }

  /** The client reads everything that was sent. */
  readAll(): void {
    this.isStalled = false;
    this.bufferedAmount = 0;
  }

  /** The messages that were sent since the last call. */
  takeSent(): ServerMessage[] {
    return this.sent.splice(0).map(parseFrame);
  }
}

export function parseFrame(text: string): ServerMessage {
  return JSON.parse(text) as ServerMessage;
}

/** The messages of one type. */
export function ofType<Type extends ServerMessage["type"]>(
  messages: readonly ServerMessage[],
  type: Type,
): Extract<ServerMessage, { type: Type }>[] {
  return messages.filter((message): message is Extract<ServerMessage, { type: Type }> =>
    message.type === type
  );
}
