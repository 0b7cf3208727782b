// Owns sample sockets, users and ticks for the tests and the benchmark of the hub. No product code imports it.

import FakeTimers from "@sinonjs/fake-timers";
import type { Announcement, Bus, Tick } from "../bus/bus.ts";
import { sampleQuote, sampleTick, ticker } from "../bus/bus_fixtures.ts";
import { createMemoryBus } from "../bus/memory_bus.ts";
import { createClock } from "../clock.ts";
import { createLog } from "../log.ts";
import { createInterest } from "../interest/create_interest.ts";
import type { Universe } from "../interest/interest.ts";
import { createMetrics } from "../metrics.ts";
import type { ServerMessage } from "../protocol.ts";
import { isStale, type Quote } from "../quote.ts";
import type { Watchlist } from "../watchlist.ts";
import { createHub, type HubOptions } from "./hub.ts";
import type { Socket, SocketIdentity } from "./hub_ports.ts";
import { lingerMs } from "./socket/peer.ts";

export const startMs = 1_700_000_000_000;

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

/** All but ZZ.. are known; those that begin with A are much watched. */
export const sampleUniverse: Universe = {
  isKnown: (ticker) => !ticker.startsWith("ZZ"),
  isMuchWatched: (ticker) => ticker.startsWith("A"),
};

export function list(id: string, tickers: string[], version = 1): Watchlist {
  return { id, name: `List ${id}`, version, tickers: tickers.map(ticker) };
}

export function identity(
  userId: string,
  members: Partial<SocketIdentity> = {},
): SocketIdentity {
  return {
    userId,
    username: userId,
    sessionId: `session of ${userId}`,
    expiresAt: startMs + 3_600_000,
    ...members,
  };
}

export type HubHarness = Awaited<ReturnType<typeof startHub>>;

/** A hub on the in-process bus, under a clock that stands still until `pass`. */
export async function startHub(
  { lists = {}, tokens = {}, wrapBus = (bus) => bus, ...members }: {
    /** By user. */
    lists?: Record<string, Watchlist[]>;
    tokens?: Record<string, SocketIdentity>;
    wrapBus?: (bus: Bus) => Bus;
  } & Partial<HubOptions> = {},
) {
  const timers = FakeTimers.createClock(startMs);
  const clock = createClock(timers);
  const log = createLog("silent");
  const metrics = createMetrics();
  const bus = wrapBus(createMemoryBus({ clock, log, metrics, isStale, cadenceMs: 5_000 }));
  const lease = await bus.lease.take("leader", { ttlMs: 1e12, seenEpoch: 0 });
  if (!lease) throw new Error("The lease was not free.");
  const { epoch } = lease;
  let seq = 0;

  const universe = members.universe ?? sampleUniverse;
  const interest = createInterest({
    bus,
    clock,
    log,
    universe: { ...sampleUniverse, ...universe },
    instanceId: "here",
  });
  const hub = createHub({
    bus,
    clock,
    log,
    metrics,
    universe,
    interest,
    verifySocketToken: (token) => Promise.resolve(tokens[token]),
    loadLists: (userId) => Promise.resolve(lists[userId] ?? []),
    limits: { socketsPerIp: 1_000_000, socketsPerUser: 20 },
    ...members,
  });

  const pass = async (ms: number) => void await timers.tickAsync(ms);

  async function tick(members: Partial<Tick> = {}) {
    seq++;
    await bus.publish(sampleTick({ epoch, seq, at: timers.now, ...members }), lease!);
    await pass(0);
  }

  function quote(symbol: string, members: Partial<Omit<Quote, "ticker">> = {}): Quote {
    return sampleQuote(symbol, { at: timers.now, ...members });
  }

  async function connect(
    { user, address = "192.0.2.1", asksForLists = false }: {
      user?: SocketIdentity;
      address?: string;
      asksForLists?: boolean;
    } = {},
  ) {
    const socket = new FakeSocket();
    hub.accept(socket, { address, identity: user, asksForLists });
    socket.open();
    await pass(0);
    return socket;
  }

  /** Connected, and past its first messages. */
  async function watching(symbols: string[], user?: SocketIdentity) {
    const socket = await connect(user ? { user } : {});
    socket.say({ type: "subscribe", tickers: symbols });
    await pass(0);
    socket.take();
    return socket;
  }

  async function connectStock(symbol: string, { address = "192.0.2.1" } = {}) {
    const socket = new FakeSocket();
    hub.acceptStock(socket, { address, ticker: ticker(symbol) });
    socket.open();
    await pass(0);
    return socket;
  }

  return {
    hub,
    interest,
    bus,
    metrics,
    epoch,
    pass,
    tick,
    quote,
    connect,
    watching,
    connectStock,
    now: () => timers.now,
    /** After the time that a close lingers; undefined: nobody closed it here. */
    async closeCode(socket: FakeSocket) {
      await pass(lingerMs);
      return socket.closeCode;
    },
    timerCount: () => timers.countTimers(),
    announce: async (announcement: Announcement) => {
      await bus.announce(announcement);
      await pass(0);
    },
  };
}
