// Owns the interfaces of what islands use of the browser, so that tests run without a browser.

/** The part of the Clock in lib/clock.ts that islands use. A fake clock fits too. */
export interface Clock {
  /** Unix ms. */
  now(): number;
  /** Calls `callback` once after `ms`. The returned function cancels it. */
  after(ms: number, callback: () => void): () => void;
}

/** The part of a WebSocket that the live client uses. */
export interface LiveSocket {
  send(data: string): void;
  close(code?: number): void;
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
}
