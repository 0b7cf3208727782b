// Owns the live side of one instance: accepts sockets, follows the bus, and connects the parts of the hub.

import type { Announcement, Bus } from "../bus/bus.ts";
import type { Clock } from "../clock.ts";
import { type Asker, asUser, asVisitor, type InterestService } from "../interest/interest.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { type CloseCode, closeCodes } from "../protocol.ts";
import type { Ticker } from "../quote.ts";
import { anonymousUntil, closeAged } from "./anonymous_age.ts";
import { createAdmission, type SocketLimits } from "./admission.ts";
import { createArrivals } from "./arrivals.ts";
import { visitInChunks } from "./fanout/chunks.ts";
import { Connection, type ConnectionHost } from "./connection.ts";
import { drainSockets } from "./drain.ts";
import { createEventSocket } from "./socket/event_socket.ts";
import { createFlusher } from "./fanout/flusher.ts";
import { createFrames } from "./fanout/frames.ts";
import type { Hub, LoadLists, ReadTicker, Socket, VerifySocketToken } from "./hub_ports.ts";
import { Peer } from "./socket/peer.ts";
import { createListReader } from "./list_reader.ts";
import { QuoteSlot } from "./fanout/quote_slot.ts";
import { createRegistry } from "./registry.ts";
import { StockStream, type StockStreamHost } from "./stock_stream.ts";

const sweepMs = 1_000;

type Viewer = Connection | StockStream;

export interface HubOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly readTicker: ReadTicker;
  readonly interest: Pick<InterestService, "viewed" | "beyondBound" | "followViewers" | "touch">;
  readonly verifySocketToken: VerifySocketToken;
  readonly loadLists: LoadLists;
  readonly limits: SocketLimits;
  /** In [0, 1): spreads the reconnects of sockets that are closed together. */
  readonly random?: () => number;
}

export function createHub(options: HubOptions): Hub {
  const { bus, clock, log, metrics, interest } = options;
  const registry = createRegistry<Viewer, QuoteSlot>((ticker) => new QuoteSlot(ticker));
  const frames = createFrames({ bus, slots: registry });
  const flusher = createFlusher({ clock, log, metrics, registry, frames });
  const admission = createAdmission<Connection>(options.limits);
  const arrivals = createArrivals(options);
  const lists = createListReader(options.loadLists, { clock, log });
  const connections = new Set<Connection>();
  const streams = new Set<StockStream>();
  let isDraining = false;

  function watch(viewer: Viewer, tickers: Iterable<Ticker>) {
    const asker = askerAt(viewer);
    const { signedIn } = asker;
    const uncounted = interest.beyondBound(tickers, asker);
    interest.viewed(registry.watch(viewer, tickers, { signedIn, uncounted }), asker);
  }

  interest.followViewers(() =>
    registry.viewerEntries().entries().map(([viewer, { entries }]) => ({
      asker: askerAt(viewer),
      viewed: entries,
    }))
  );

  function disconnected(viewer: Viewer, code: CloseCode | undefined) {
    interest.viewed(registry.release(viewer), askerAt(viewer));
    metrics.sockets.set({ kind: "live" }, connections.size);
    metrics.sockets.set({ kind: "stock" }, streams.size);
    if (code !== undefined) metrics.socketsClosed.inc({ code });
  }

  const connectionHost: ConnectionHost = {
    clock,
    verifySocketToken: options.verifySocketToken,
    loadLists: lists.load,
    isStoreFailing: lists.isFailing,
    readTicker: options.readTicker,
    signedIn(connection, { userId }) {
      admission.signIn(userId, connection)?.close(closeCodes.limit);
    },
    watch,
    watchedBy: (connection) => (registry.slotsOf(connection) ?? []).map((slot) => slot.ticker),
    latest: () => ({ ...bus.latest([]), now: clock.now() }),
    snapshot: frames.snapshot,
    wholeTick: frames.wholeTick,
    day: frames.day,
    answered: () => metrics.framesSent.inc(),
    failed: (error) => log.error({ err: error }, "A live socket's message could not be handled."),
    gone: ({ address }) => admission.leave(address),
    closed(connection, code) {
      connections.delete(connection);
      if (connection.identity) admission.signOut(connection.identity.userId, connection);
      disconnected(connection, code);
    },
  };

  const streamHost: StockStreamHost = {
    clock,
    watch: (stream, ticker) => watch(stream, [ticker]),
    price: (ticker) => bus.latest([ticker]).quotes[0]?.price,
    priceFrame: (ticker, price) => registry.slot(ticker)?.priceFrame(price) ?? "",
    gone: ({ address }) => admission.leave(address),
    closed(stream, code) {
      streams.delete(stream);
      disconnected(stream, code);
    },
  };

  /** True if the limits allow the socket. Otherwise it is closed as soon as it is open. */
  function admit(socket: Socket, address: string): boolean {
    if (admission.enter(address) && !isDraining) return true;
    const code = isDraining ? closeCodes.restarting : closeCodes.limit;
    const owner = { ...silentOwner, gone: () => admission.leave(address) };
    new Peer(socket, { clock, owner }).close(code);
    metrics.socketsClosed.inc({ code });
    return false;
  }

  /** The other kinds are for the worker and the catalog. */
  function onAnnouncement(announcement: Announcement) {
    switch (announcement.kind) {
      case "list_changed":
        for (const connection of admission.ofUser(announcement.userId)) {
          connection.listChanged(announcement.list);
        }
        break;
      case "list_deleted":
        for (const connection of admission.ofUser(announcement.userId)) {
          connection.listDeleted(announcement.listId);
        }
        break;
      case "lists_reordered":
        for (const connection of admission.ofUser(announcement.userId)) connection.listsReordered();
        break;
      case "session_revoked":
        for (const connection of admission.ofUser(announcement.userId)) {
          if (connection.identity?.sessionId === announcement.sessionId) {
            connection.close(closeCodes.signedOut);
          }
        }
    }
  }

  /** Announcements were missed: lists may have changed and sessions may have ended. These sockets reconnect. */
  function resyncSignedIn() {
    void visitInChunks(connections, {
      clock,
      visit(connection) {
        if (connection.identity) connection.close(closeCodes.resync);
      },
    });
  }

  function sweep() {
    const now = clock.now();
    for (const connection of connections) connection.sweep(now);
    for (const stream of streams) stream.sweep(now);
    closeAged(connections, now);
    closeAged(streams, now);
    cancelSweep = clock.after(sweepMs, sweep);
  }

  const endOfAnonymous = () => anonymousUntil(clock.now(), options.random ?? Math.random);

  const accept: Hub["accept"] = function accept(socket, caller) {
    const { address, identity, settle } = caller;
    if (!admit(socket, address)) return settle?.();
    const connection = new Connection(socket, {
      host: connectionHost,
      ...caller,
      anonymousUntil: endOfAnonymous(),
    });
    connections.add(connection);
    metrics.sockets.set({ kind: "live" }, connections.size);
    if (identity) connectionHost.signedIn(connection, identity);
  };

  let cancelSweep = clock.after(sweepMs, sweep);
  const unsubscribes = [
    bus.subscribe(flusher.onTick),
    bus.onAnnounce(onAnnouncement),
    bus.onGap(resyncSignedIn),
  ];

  function stop() {
    for (const unsubscribe of unsubscribes) unsubscribe();
    cancelSweep();
    flusher.stop();
  }

  return {
    mayConnect: admission.mayConnect,

    async arrive(client) {
      // A proxy that did not notice the end sends it elsewhere, or its client comes back.
      const settle = isDraining ? undefined : await arrivals.arrive(client);
      if (!isDraining) return settle;
      settle?.();
      return undefined;
    },

    accept,

    acceptEvents({ address, identity, tickers }) {
      const { socket, body, open, receive } = createEventSocket(options);
      interest.touch(tickers, askerAt({ address, identity }));
      accept(socket, { address, identity });
      open();
      if (tickers.length > 0) receive({ type: "subscribe", tickers });
      return body;
    },

    acceptStock(socket, { address, ticker }) {
      if (!admit(socket, address)) return;
      streams.add(
        new StockStream(socket, {
          host: streamHost,
          address,
          anonymousUntil: endOfAnonymous(),
          ticker,
        }),
      );
      metrics.sockets.set({ kind: "stock" }, streams.size);
    },

    closeAnonymous() {
      void visitInChunks([...connections, ...streams], {
        clock,
        visit: (socket) => void (socket.isAnonymous && socket.close(closeCodes.resync)),
      });
    },

    async drain(drainMs, returnMs) {
      isDraining = true;
      const { random } = options;
      const areGone = admission.isEmpty;
      await drainSockets({ connections, streams }, {
        clock,
        drainMs,
        returnMs,
        random,
        areGone,
      });
      stop();
    },
  };
}

/** The callers of the hub give a network as the address. */
function askerAt(
  { address, identity }: { address: string; identity?: { userId: string } | undefined },
): Asker {
  return identity ? asUser(identity.userId) : asVisitor(address);
}

const silentOwner = { opened() {}, received() {}, closed() {} };
