// Owns the interface of the hub for routes, and the functions that it needs as arguments.

import type { Ticker } from "../quote.ts";
import type { Watchlist } from "../watchlist.ts";

/** The user of a socket. */
export interface SocketIdentity {
  readonly userId: string;
  readonly username: string;
  readonly sessionId: string;
  readonly expiresAt: number;
}

/** Undefined if the token is not valid. */
export type VerifySocketToken = (token: string) => Promise<SocketIdentity | undefined>;

/** Finds the known ticker that a text means, in any spelling. */
export type ReadTicker = (text: string) => Ticker | undefined;

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
  /** False if the address has too many connections, refused ones included: another one is refused before its upgrade. */
  mayConnect(address: string): boolean;
  /**
   * Resolves when the hub has time for one more socket: call it before the upgrade. Undefined if too many wait, if
   * the client left meanwhile, or if the hub drains. The returned function ends the socket's arrival: hand it over with the socket, or call
   * it if there will be none.
   */
  arrive(client: { readonly signal: AbortSignal }): Promise<(() => void) | undefined>;
  /** Accepts a new socket of GET /ws; `identity` comes from the cookie. */
  accept(
    socket: Socket,
    caller: {
      address: string;
      identity: SocketIdentity | undefined;
      /** The client wants the names of all the user's lists, not only of followed ones. */
      asksForLists?: boolean;
      /** The client wants the facts of the day. */
      asksForDay?: boolean;
      /** From `arrive`. */
      settle?: () => void;
    },
  ): void;
  /** Accepts a new socket of GET /ws/stocks/{ticker}. */
  acceptStock(socket: Socket, caller: { address: string; ticker: Ticker }): void;
  /** Opens a stream of Server-Sent Events: the messages of a socket that subscribed to the tickers. */
  acceptEvents(
    caller: {
      address: string;
      identity: SocketIdentity | undefined;
      tickers: readonly Ticker[];
    },
  ): ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Memory is short: closes every anonymous socket with 4003. Its client comes back, here or at another instance. */
  closeAnonymous(): void;
  /**
   * Sends bye to every socket and closes it with 4000, spread over at most `drainMs`, then stops. The clients come back
   * within `returnMs`, which is `drainMs` if it is not given.
   */
  drain(drainMs: number, returnMs?: number): Promise<void>;
}
