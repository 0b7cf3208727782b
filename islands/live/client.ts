// Owns the page's one live socket: connecting, coming back, and saying honestly how fresh the prices are.
// It hands messages on and knows neither quotes nor lists.

import { type ReadonlySignal, signal } from "@preact/signals";
import {
  type ClientMessage,
  closeCodes,
  readFullQuote,
  type ServerMessage,
} from "../../lib/protocol.ts";
import * as liveTimes from "./times.ts";
import { parseServerMessage } from "./parse_message.ts";
import type { Clock, LiveSocket } from "../browser/ports.ts";
import { createTimer } from "../browser/timer.ts";

export type LiveStatus =
  | { readonly kind: "connecting" | "live" | "reconnecting" | "signed_out" | "limit" }
  /** Prices came in last at `since`, the browser's Unix ms. */
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
  /** The present cadence as the server tells it. */
  readonly tickMs: ReadonlySignal<number>;
  /** Opens the socket, or a new one instead of the present one. After `limit` only the user asks for this. */
  connect(): void;
  /** The network came back: an open socket may be a dead one, so a new one is opened. */
  online(): void;
  /** Connects if the socket is gone or ticks are overdue; the page came back into view. */
  wake(): void;
  /** The network went away: the present status is no longer believed. */
  offline(): void;
  /** Dropped when there is no socket: what must hold for the next one too is sent again when it speaks. */
  send(message: ClientMessage): void;
  /** An empty list gets no ticks, so their absence means nothing then. */
  expectTicks(expected: boolean): void;
  stop(): void;
}

export function createLiveClient(
  ports: LivePorts,
  { tickMs: firstTickMs, expectsTicks }: { tickMs: number; expectsTicks: boolean },
): LiveClient {
  const { clock } = ports;
  const status = signal<LiveStatus>({ kind: "connecting" });
  const tickMs = signal(firstTickMs);
  const retryTimer = createTimer(clock);
  const silenceTimer = createTimer(clock);
  const overdueTimer = createTimer(clock);
  let socket: LiveSocket | undefined;
  /** Grows with each connect and stop: what was begun before is then void. */
  let turn = 0;
  /** When the present socket spoke first. */
  let greetedAt: number | undefined;
  let freshAt = clock.now();
  /** When the next tick is overdue. */
  let dueAt = Infinity;
  let attempt = 0;
  let byeDelayMs = 0;
  let expecting = expectsTicks;

  function connect(): void {
    disconnect();
    if (status.peek().kind === "limit") status.value = { kind: "connecting" };
    // After a sleep, or kept for the Back button, the page shows prices whose time has passed meanwhile.
    if (expecting && clock.now() > dueAt) markStale();
    if (expecting && !overdueTimer.isSet()) expectWithin(firstTickDueMs());
    turn++;
    greetedAt = undefined;
    const opened = ports.openSocket();
    socket = opened;
    silenceTimer.set(liveTimes.helloTimeoutMs, lost);
    opened.onmessage = (event) => {
      if (socket === opened) receive(parseServerMessage(event.data));
    };
    opened.onclose = (event) => {
      if (socket === opened) closed(event.code);
    };
  }

  /** Lets go at once: a dead peer's close event may be a minute away, or never come. */
  function disconnect(): void {
    retryTimer.clear();
    silenceTimer.clear();
    const dropped = socket;
    socket = undefined;
    dropped?.close();
  }

  function receive(message: ServerMessage | undefined): void {
    silenceTimer.clear();
    greetedAt ??= clock.now();
    if (!message) return;
    if (message.type === "hello") {
      // The cookie had expired when the socket opened: it is nobody's, and gets no list.
      if (message.user === null) return renew();
      tickMs.value = message.tickMs;
      if (!expecting) status.value = { kind: "live" };
    } else if (message.type === "tick") {
      fresh(message.tickMs, Math.max(message.nextAt - message.at, 0));
    } else if (message.type === "snapshot") {
      // A snapshot is the hub's memory: it proves the socket, and the prices only if the server calls one fresh.
      const believed = message.quotes.map(readFullQuote).filter(({ isStale }) => !isStale);
      const isOpen = believed.some(({ session }) => session !== "closed");
      if (believed.length > 0) {
        fresh(message.tickMs, isOpen ? message.tickMs : liveTimes.heartbeatMaxMs);
      }
    } else if (message.type === "bye") {
      byeDelayMs = Math.min(Math.max(message.retryAfterMs, 0), liveTimes.byeDelayMaxMs);
    }
    ports.onMessage(message);
  }

  function fresh(cadenceMs: number, dueMs: number): void {
    freshAt = clock.now();
    tickMs.value = cadenceMs;
    if (status.peek().kind !== "live") status.value = { kind: "live" };
    if (expecting) expectWithin(dueMs + liveTimes.overdueGraceMs);
  }

  function expectWithin(ms: number): void {
    dueAt = clock.now() + ms;
    overdueTimer.set(ms, overdue);
  }

  function firstTickDueMs(): number {
    return 2 * tickMs.peek() + liveTimes.overdueGraceMs;
  }

  function markStale(): void {
    if (status.peek().kind !== "stale") status.value = { kind: "stale", since: freshAt };
  }

  function overdue(): void {
    markStale();
    overdueTimer.set(liveTimes.probeEveryMs, overdue);
    if (!socket || silenceTimer.isSet()) return;
    // Silence may be the upstream's or the socket's: any answer tells them apart.
    send({ type: "subscribe", tickers: [] });
    silenceTimer.set(liveTimes.probeTimeoutMs, lost);
  }

  function send(message: ClientMessage): void {
    socket?.send(JSON.stringify(message));
  }

  function lost(): void {
    disconnect();
    retry();
  }

  function closed(code: number): void {
    disconnect();
    if (code === closeCodes.signedOut) return end("signed_out");
    if (code === closeCodes.limit) return end("limit");
    if (code === closeCodes.signInExpired) return renew();
    retry(code === closeCodes.badMessage ? liveTimes.faultRetryMs : byeDelayMs);
  }

  function retry(leastMs = 0): void {
    if (greetedAt !== undefined && clock.now() - greetedAt >= liveTimes.settledMs) attempt = 0;
    const spanMs = Math.min(liveTimes.retryCapMs, liveTimes.retryBaseMs * 2 ** attempt);
    attempt = Math.min(attempt + 1, 10);
    byeDelayMs = 0;
    doubt();
    retryTimer.set(leastMs + ports.random() * spanMs, connect);
  }

  /** Stale stays stale until prices come in again. */
  function doubt(): void {
    if (status.peek().kind === "live") status.value = { kind: "reconnecting" };
  }

  function renew(): void {
    disconnect();
    doubt();
    const begun = turn;
    ports.refresh().then((outcome) => {
      if (turn !== begun) return;
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
    turn++;
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
      // A sleeping computer's timers sleep too: the due time tells what they have missed.
      const isSilent = expecting && clock.now() > dueAt;
      if (!hasEnded() && (!socket || isSilent)) connect();
    },
    online() {
      if (!hasEnded()) connect();
    },
    offline: doubt,
    expectTicks(expected) {
      if (expected === expecting) return;
      expecting = expected;
      if (expected) return expectWithin(firstTickDueMs());
      overdueTimer.clear();
      if (socket && greetedAt !== undefined) status.value = { kind: "live" };
    },
  };
}
