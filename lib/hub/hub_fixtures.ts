// Owns a hub on an in-process bus, with sample lists, users and sockets, for the tests of the hub. No product code imports it.

import type { Announcement, Bus } from "../bus/bus.ts";
import { ticker } from "../bus/bus_fixtures.ts";
import { startLeader, startMs } from "../bus/leader_fixtures.ts";
import { createInterest } from "../interest/create_interest.ts";
import { readSampleTicker, sampleUniverse } from "../interest/interest_fixtures.ts";
import type { Watchlist } from "../watchlist.ts";
import { createHub, type HubOptions } from "./hub.ts";
import type { SocketIdentity } from "./hub_ports.ts";
import { lingerMs } from "./socket/peer.ts";
import { FakeSocket } from "./socket/socket_fixtures.ts";

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

/** A hub whose clock stands still until `pass`. */
export async function startHub(
  { lists = {}, tokens = {}, wrapBus = (bus) => bus, ...options }: {
    /** By user. */
    lists?: Record<string, Watchlist[]>;
    tokens?: Record<string, SocketIdentity>;
    wrapBus?: (bus: Bus) => Bus;
  } & Partial<Pick<HubOptions, "limits" | "loadLists" | "verifySocketToken">> = {},
) {
  const leader = await startLeader({ wrapBus });
  const { bus, pass } = leader;
  const interest = createInterest({ ...leader, universe: sampleUniverse, instanceId: "here" });
  const hub = createHub({
    ...leader,
    readTicker: readSampleTicker,
    interest,
    verifySocketToken: (token) => Promise.resolve(tokens[token]),
    loadLists: (userId) => Promise.resolve(lists[userId] ?? []),
    limits: { socketsPerIp: 1_000_000, socketsPerUser: 20 },
    ...options,
  });

  async function connect(
    { user, address = "192.0.2.1", asksForLists = false, asksForDay = false }: {
      user?: SocketIdentity;
      address?: string;
      asksForLists?: boolean;
      asksForDay?: boolean;
    } = {},
  ) {
    const socket = new FakeSocket();
    hub.accept(socket, { address, identity: user, asksForLists, asksForDay });
    socket.open();
    await pass(0);
    return socket;
  }

  /** Connected, and past its first messages. */
  async function watching(symbols: string[], user?: SocketIdentity) {
    const socket = await connect(user ? { user } : {});
    socket.receive({ type: "subscribe", tickers: symbols });
    await pass(0);
    socket.takeSent();
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
    ...leader,
    hub,
    connect,
    watching,
    connectStock,
    /** After the time that a close lingers. Undefined if the hub did not close the socket. */
    async closeCode(socket: FakeSocket) {
      await pass(lingerMs);
      return socket.closeCode;
    },
    async announce(announcement: Announcement) {
      await bus.announce(announcement);
      await pass(0);
    },
  };
}
