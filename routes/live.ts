// Owns the live routes: GET /ws, GET /ws/stocks/{ticker} and GET /events. Checks each request, then hands it to the hub.

import type { Context, Handler } from "hono";
import type { Identity } from "../lib/identity.ts";
import type { Deps } from "../lib/deps.ts";
import { Problem } from "../lib/errors.ts";
import { liveLimits, readTickers } from "../lib/protocol.ts";
import { parseTicker, type Ticker } from "../lib/quote.ts";
import { knownTicker, readSymbol } from "../lib/securities/find_security.ts";
import type { Env } from "./env.ts";
import { callerOf } from "./middleware/caller.ts";
import { identify } from "./middleware/session.ts";
import { isAcceptedSender, type WarnOfRefusal } from "./middleware/same_origin.ts";

/** 16 bytes in base64 (RFC 6455). The platform does not check it. */
const handshakeKey = /^[A-Za-z0-9+/]{22}==$/;

/** The platform pings after 30 s of silence (half of it), and closes 30 s later if no answer came. */
const idleTimeoutSeconds = 60;

export interface LiveDeps extends Pick<Deps, "hub" | "isShortOfMemory"> {
  readonly auth: Pick<Deps["auth"], "verifyAccess">;
  readonly securities: Pick<Deps["securities"], "find" | "isPriceable">;
  readonly config: Pick<
    Deps["config"],
    "allowedOrigins" | "trustedProxies" | "production" | "tls"
  >;
}

/**
 * The socket handlers stand before all middleware: the answer to an upgrade must reach the platform
 * unchanged. They echo no subprotocol, since a client might send its token as one.
 */
export function createLiveRoutes(deps: LiveDeps, warnOfRefusal: WarnOfRefusal) {
  const { hub, securities, config } = deps;

  const socket: Handler<Env> = async function socket(c) {
    const { request, address } = admitted(c);
    const settle = await arrive(c);
    try {
      const identity = await identify(request, deps);
      const { socket, response } = upgrade(request);
      const tell = c.req.query("tell")?.split(",");
      const asksForLists = tell?.includes("lists") ?? false;
      const asksForDay = tell?.includes("day") ?? false;
      hub.accept(socket, { address, identity, asksForLists, asksForDay, settle });
      return response;
    } catch (error) {
      settle();
      throw error;
    }
  };

  const stock: Handler<Env> = async function stock(c) {
    const { request, address } = admitted(c);
    const ticker = priceable(c.req.param("ticker"));
    const settle = await arrive(c);
    try {
      const { socket, response } = upgrade(request);
      hub.acceptStock(socket, { address, ticker });
      return response;
    } finally {
      settle();
    }
  };

  const events: Handler<Env> = async function events(c) {
    const request = c.req.raw;
    const address = mayEnter(c);
    const identity = await identify(request, deps);
    const texts = c.req.query("tickers")?.split(",").filter((text) => text.trim() !== "") ?? [];
    const read = readTickers(texts, (text) => knownTicker(securities, text));
    const unknown = read.others.flatMap((text) => parseTicker(text) ?? []);
    if (unknown.length < read.others.length) throw new Problem("invalid_ticker");
    // The hub reports the unknown ones.
    const tickers = [...read.tickers, ...unknown];
    if (tickers.length === 0 && !identity) {
      throw new Problem("invalid_query", { detail: "tickers: name at least one." });
    }
    if (tickers.length > subscribedMax(identity)) {
      throw new Problem("invalid_query", {
        detail: `tickers: at most ${subscribedMax(identity)}.`,
      });
    }
    c.header("Content-Type", "text/event-stream");
    // A proxy or a platform that compresses the stream would delay its events.
    c.header("Cache-Control", "no-store, no-transform");
    c.header("X-Accel-Buffering", "no");
    if (request.method === "HEAD") return c.body(null);
    return c.body(hub.acceptEvents({ address, identity, tickers }));
  };

  /** Reads the address before the upgrade: the platform does not have it afterwards. */
  function admitted(c: Context<Env>) {
    const request = c.req.raw;
    if (!asksForWebSocket(request.headers)) {
      throw new Problem("upgrade_required", { headers: { Upgrade: "websocket" } });
    }
    if (request.headers.get("sec-websocket-version") !== "13") {
      throw new Problem("upgrade_required", { headers: { "Sec-WebSocket-Version": "13" } });
    }
    if (!handshakeKey.test(request.headers.get("sec-websocket-key") ?? "")) {
      throw new Problem("bad_request", { detail: "The WebSocket handshake is incomplete." });
    }
    return { request, address: mayEnter(c) };
  }

  /** In a storm of new sockets this waits. */
  async function arrive(c: Context<Env>): Promise<() => void> {
    const settle = await hub.arrive(c.req.raw);
    if (!settle) throw new Problem("busy");
    try {
      // Others of its address came in meanwhile.
      mayEnter(c);
      return settle;
    } catch (error) {
      settle();
      throw error;
    }
  }

  function mayEnter(c: Context<Env>): string {
    const request = c.req.raw;
    // Prices are public: a link or a program, which sends no Origin, may read them.
    const isFromPage = request.headers.has("origin");
    if (isFromPage && !isAcceptedSender(request, config.allowedOrigins)) {
      warnOfRefusal(request);
      throw new Problem("forbidden_origin");
    }
    if (deps.isShortOfMemory()) throw new Problem("busy");
    const address = callerOf(c, deps).network;
    if (hub.mayConnect(address)) return address;
    throw new Problem("rate_limited", { headers: { "Retry-After": "60" } });
  }

  function priceable(text = ""): Ticker {
    const reading = readSymbol(text, securities.isPriceable);
    if (reading.kind === "found") return reading.ticker;
    if (reading.kind === "gone") throw new Problem("unknown_ticker", { detail: reading.detail });
    throw new Problem(parseTicker(text) ? "unknown_ticker" : "invalid_ticker");
  }

  return { socket, stock, events };
}

function subscribedMax(identity: Identity | undefined): number {
  return identity ? liveLimits.subscribedMax : liveLimits.subscribedAnonymousMax;
}

function asksForWebSocket(headers: Headers): boolean {
  const protocols = headers.get("upgrade")?.toLowerCase().split(",") ?? [];
  return protocols.some((protocol) => protocol.trim() === "websocket");
}

function upgrade(request: Request) {
  try {
    const upgraded = Deno.upgradeWebSocket(request, { idleTimeout: idleTimeoutSeconds });
    // A binary message is refused. As a Blob, the default, its memory would stay with the process long after that.
    upgraded.socket.binaryType = "arraybuffer";
    return upgraded;
  } catch (cause) {
    throw new Problem("bad_request", { detail: "The WebSocket handshake is incomplete.", cause });
  }
}
