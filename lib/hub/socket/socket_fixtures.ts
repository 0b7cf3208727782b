// Owns a socket without a network, whose client a test plays. No product code imports it.

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

  /** Like the platform's, it only asks: the close event may never come. */
  close(code?: number): void {
    if (this.readyState === WebSocket.CONNECTING) throw new Error("A close now would be lost.");
    this.readyState = WebSocket.CLOSING;
    this.closeCode ??= code;
  }

  open(): void {
    this.readyState = WebSocket.OPEN;
    this.onopen?.(new Event("open"));
  }

  /** The client sends. */
  say(message: unknown): void {
    this.sayRaw(JSON.stringify(message));
  }

  sayRaw(data: unknown): void {
    this.onmessage?.(new MessageEvent("message", { data }));
  }

  /** Nothing the client says is heard. */
  get isDeaf(): boolean {
    return this.onmessage === null;
  }

  /** The client goes away. */
  vanish(): void {
    this.readyState = WebSocket.CLOSED;
    this.onclose?.(new CloseEvent("close", { code: 1006 }));
  }

  /** The client reads what waits. */
  drain(): void {
    this.isStalled = false;
    this.bufferedAmount = 0;
  }

  /** All messages since the last call. */
  take(): ServerMessage[] {
    return this.sent.splice(0).map(parseFrame);
  }
}

export function parseFrame(text: string): ServerMessage {
  return JSON.parse(text) as ServerMessage;
}

/** Of the messages of one type, all; the others are left out. */
export function ofType<Type extends ServerMessage["type"]>(
  messages: readonly ServerMessage[],
  type: Type,
): Extract<ServerMessage, { type: Type }>[] {
  return messages.filter((message): message is Extract<ServerMessage, { type: Type }> =>
    message.type === type
  );
}
