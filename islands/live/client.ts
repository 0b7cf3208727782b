// Owns the live socket of the page: connecting, reconnecting, and whether the prices on the page are fresh.
// It passes messages on, and knows neither quotes nor lists.

import { type ReadonlySignal, signal } from "@preact/signals";
import {
  type ClientMessage,
  closeCodes,
  readFullQuote,
  type ServerMessage,
} from "../../lib/protocol.ts";
import * as times from "./times.ts";
import { parseServerMessage } from "./parse_message.ts";
import type { Clock, LiveSocket } from "../browser/ports.ts";
import { createTimer } from "../browser/timer.ts";

export type LiveStatus =
  | { readonly kind: "connecting" | "live" | "reconnecting" | "signed_out" | "limit" }
  /** `since`: when the last fresh prices arrived, the browser's Unix ms. */
  | { readonly kind: "stale"; readonly since: number };

export type RefreshOutcome = "renewed" | "signed_out" | "failed";

export interface LivePorts {
  readonly clock: Clock;
  /** In [0, 1). */
  random(): number;
  openSocket(): LiveSocket;
  /** Renews the sign-in cookies. Never rejects. */
  refresh(): Promise<RefreshOutcome>;
  onMessage(message: ServerMessage): void;
  onSignedOut(): void;
}

export interface LiveClient {
  readonly status: ReadonlySignal<LiveStatus>;
  /** The current cadence, as the server sends it. */
  readonly tickMs: ReadonlySignal<number>;
  /** Opens a socket, which replaces a current one. In the state `limit` only the user calls this. */
  connect(): void;
  /** The network is back. An open socket may be dead, so a new one is opened. */
  online(): void;
  /** The page is visible again. Connects if there is no socket or if ticks are overdue. */
  wake(): void;
  /** The network is gone. A live status becomes `reconnecting`. */
  offline(): void;
  /** Dropped if there is no socket. A caller sends again to the next socket once that answers. */
  send(message: ClientMessage): void;
  /** False for an empty list: it gets no ticks, so missing ticks are not an error. */
  expectTicks(expected: boolean): void;
  stop(): void;
}

export function createLiveClient(
  ports: LivePorts,
  { tickMs: firstTickMs, expectsTicks, isStranger }: {
    tickMs: number;
    expectsTicks: boolean;
    /** Nobody was signed in when the page was made: a socket without a user is as it should be. */
    isStranger?: boolean;
  },
): LiveClient {
  const { clock } = ports;
  const status = signal<LiveStatus>({ kind: "connecting" });
  const tickMs = signal(firstTickMs);
  const retryTimer = createTimer(clock);
  const silenceTimer = createTimer(clock);
  const overdueTimer = createTimer(clock);
  let socket: LiveSocket | undefined;
  /** Grows with each connect and stop. A renewal that began before is then ignored. */
  let generation = 0;
  /** When the current socket received its first frame. */
  let firstFrameAt: number | undefined;
  /** When fresh prices last arrived. */
  let freshAt = clock.now();
  /** When the next tick is overdue. */
  let dueAt = Infinity;
  let attempt = 0;
  let byeDelayMs = 0;
  let expecting = expectsTicks;

  function connect(): void {
    disconnect();
    if (status.peek().kind === "limit") status.value = { kind: "connecting" };
    // After a sleep, or in the back/forward cache, the prices of the page have become old.
    if (expecting && clock.now() > dueAt) markStale();
    if (expecting && !overdueTimer.isSet()) expectWithin(firstTickDueMs());
    generation++;
    firstFrameAt = undefined;
    const opened = ports.openSocket();
    socket = opened;
    silenceTimer.set(times.helloTimeoutMs, socketLost);
    opened.onmessage = (event) => {
      if (socket === opened) receive(parseServerMessage(event.data));
    };
    opened.onclose = (event) => {
      if (socket === opened) socketClosed(event.code);
    };
  }

  /** Does not wait for the close event: with a dead peer it comes a minute later, or never. */
  function disconnect(): void {
    retryTimer.clear();
    silenceTimer.clear();
    const dropped = socket;
    socket = undefined;
    dropped?.close();
  }

  function receive(message: ServerMessage | undefined): void {
    silenceTimer.clear();
    firstFrameAt ??= clock.now();
    if (!message) return;
    if (message.type === "hello") {
      // The cookie had expired when the socket opened. The socket has no user and gets no list.
      if (message.user === null && !isStranger) return renew();
      tickMs.value = message.tickMs;
      if (!expecting) status.value = { kind: "live" };
    } else if (message.type === "tick") {
      pricesArrived(message.tickMs, Math.max(message.nextAt - message.at, 0));
    } else if (message.type === "snapshot") {
      // A snapshot shows that the socket works. It shows that prices arrive only if it contains a price that is not stale.
      const fresh = message.quotes.map(readFullQuote).filter(({ isStale }) => !isStale);
      const isOpen = fresh.some(({ session }) => session !== "closed");
      if (fresh.length > 0) {
        pricesArrived(message.tickMs, isOpen ? message.tickMs : times.heartbeatMaxMs);
      }
    } else if (message.type === "bye") {
      byeDelayMs = Math.min(Math.max(message.retryAfterMs, 0), times.byeDelayMaxMs);
    }
    ports.onMessage(message);
  }

  function pricesArrived(cadenceMs: number, dueMs: number): void {
    freshAt = clock.now();
    tickMs.value = cadenceMs;
    if (status.peek().kind !== "live") status.value = { kind: "live" };
    if (expecting) expectWithin(dueMs + times.overdueGraceMs);
  }

  function expectWithin(ms: number): void {
    dueAt = clock.now() + ms;
    overdueTimer.set(ms, overdue);
  }

  function firstTickDueMs(): number {
    return 2 * tickMs.peek() + times.overdueGraceMs;
  }

  function markStale(): void {
    if (status.peek().kind !== "stale") status.value = { kind: "stale", since: freshAt };
  }

  function overdue(): void {
    markStale();
    overdueTimer.set(times.probeEveryMs, overdue);
    if (!socket || silenceTimer.isSet()) return;
    // Either the quote source or the socket is silent. Any answer shows that the socket works.
    send({ type: "subscribe", tickers: [] });
    silenceTimer.set(times.probeTimeoutMs, socketLost);
  }

  function send(message: ClientMessage): void {
    socket?.send(JSON.stringify(message));
  }

  function socketLost(): void {
    disconnect();
    retry();
  }

  function socketClosed(code: number): void {
    disconnect();
    if (code === closeCodes.signedOut) return end("signed_out");
    if (code === closeCodes.limit) return end("limit");
    if (code === closeCodes.signInExpired) return renew();
    retry(code === closeCodes.badMessage ? times.faultRetryMs : byeDelayMs);
  }

  function retry(minDelayMs = 0): void {
    if (firstFrameAt !== undefined && clock.now() - firstFrameAt >= times.stableMs) attempt = 0;
    const jitterMs = Math.min(times.retryCapMs, times.retryBaseMs * 2 ** attempt);
    attempt = Math.min(attempt + 1, 10);
    byeDelayMs = 0;
    markReconnecting();
    retryTimer.set(minDelayMs + ports.random() * jitterMs, connect);
  }

  /** A stale status stays until fresh prices arrive. */
  function markReconnecting(): void {
    if (status.peek().kind === "live") status.value = { kind: "reconnecting" };
  }

  function renew(): void {
    disconnect();
    markReconnecting();
    const started = generation;
    ports.refresh().then((outcome) => {
      if (generation !== started) return;
      if (outcome === "signed_out") end("signed_out");
      else retry();
    });
  }

  function end(kind: "signed_out" | "limit"): void {
    stop();
    status.value = { kind };
    if (kind === "signed_out") ports.onSignedOut();
  }

  function hasEnded(): boolean {
    const { kind } = status.peek();
    return kind === "signed_out" || kind === "limit";
  }

  function stop(): void {
    generation++;
    disconnect();
    overdueTimer.clear();
  }

  return {
    status,
    tickMs,
    connect,
    send,
    stop,
    wake() {
      // Timers do not run while a computer sleeps. The due time shows that a tick is missing.
      const isSilent = expecting && clock.now() > dueAt;
      if (!hasEnded() && (!socket || isSilent)) connect();
    },
    online() {
      if (!hasEnded()) connect();
    },
    offline: markReconnecting,
    expectTicks(expected) {
      if (expected === expecting) return;
      expecting = expected;
      if (expected) return expectWithin(firstTickDueMs());
      overdueTimer.clear();
      if (socket && firstFrameAt !== undefined) status.value = { kind: "live" };
    },
  };
}
