// Owns a WebSocket for tests, whose server is the test.

import type { ServerMessage } from "../../lib/protocol.ts";
import type { LiveSocket } from "../browser/ports.ts";

export class FakeSocket implements LiveSocket {
  onopen: ((event: Event) => void) | null = null;
  onmessage: ((event: MessageEvent) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  readonly sent: string[] = [];
  isClosed = false;

  send(data: string): void {
    this.sent.push(data);
  }

  /** No close event follows, as with a dead peer. */
  close(): void {
    this.isClosed = true;
  }

  /** The server sends. */
  say(message: ServerMessage): void {
    this.onmessage?.(new MessageEvent("message", { data: JSON.stringify(message) }));
  }

  /** The server closes. */
  end(code: number): void {
    this.onclose?.(new CloseEvent("close", { code }));
  }
}
