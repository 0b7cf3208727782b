// Owns what the hub shows to routes, and what it needs from outside as arguments.

import type { Ticker } from "../quote.ts";
import type { Watchlist } from "../watchlist.ts";

/** Who a socket speaks for. */
export interface SocketIdentity {
  readonly userId: string;
  readonly username: string;
  readonly sessionId: string;
  readonly expiresAt: number;
}

/** Undefined: the token is not valid. */
export type VerifySocketToken = (token: string) => Promise<SocketIdentity | undefined>;

/** A user's lists, the first one first. */
export type LoadLists = (userId: string) => Promise<readonly Watchlist[]>;

/** The part of a WebSocket the hub uses; Deno's native socket has it. */
export interface Socket {
  readonly readyState: number;
  readonly bufferedAmount: number;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  onerror: ((event: Event) => void) | null;
}

export interface Hub {
  /** False: the address has too many connections to open another one, even to close it with a code. */
  mayConnect(address: string): boolean;
  /** Takes over a fresh socket of GET /ws; `identity` comes from the cookie. */
  accept(
    socket: Socket,
    caller: {
      address: string;
      identity: SocketIdentity | undefined;
      /** To be told the names of all the user's lists, not only of followed ones. */
      asksForLists?: boolean;
    },
  ): void;
  /** Takes over a fresh socket of GET /ws/stocks/{ticker}. */
  acceptStock(socket: Socket, caller: { address: string; ticker: Ticker }): void;
  /** Opens a stream of Server-Sent Events: the messages of a socket that subscribed to the tickers. */
  acceptEvents(
    caller: {
      address: string;
      identity: SocketIdentity | undefined;
      tickers: readonly Ticker[];
    },
  ): ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Says bye to all, closes them spread over `drainMs` with 4000, then stops. */
  drain(drainMs: number): Promise<void>;
}
