// Owns what islands need of the browser, as an argument, so that tests run without one.

/** The part of lib/clock's Clock that islands use; a faked one fits too. */
export interface Clock {
  /** Unix ms. */
  now(): number;
  /** Calls back once after `ms`; the returned function cancels. */
  after(ms: number, callback: () => void): () => void;
}

/** The part of a WebSocket the live client uses. */
export interface LiveSocket {
  send(data: string): void;
  close(code?: number): void;
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
}
