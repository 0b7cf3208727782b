// Owns a real server with the live routes, and clients of it, for their tests. No product code imports it.

import { Hono } from "hono";
import type { Tick } from "../lib/bus/bus.ts";
import { sampleTick } from "../lib/bus/bus_fixtures.ts";
import { createMemoryBus } from "../lib/bus/memory_bus.ts";
import { createClock } from "../lib/clock.ts";
import { Problem } from "../lib/errors.ts";
import { createHub } from "../lib/hub/hub.ts";
import { identity, list } from "../lib/hub/hub_fixtures.ts";
import { parseFrame } from "../lib/hub/socket/socket_fixtures.ts";
import { readSampleTicker, sampleUniverse } from "../lib/interest/interest_fixtures.ts";
import { createInterest } from "../lib/interest/create_interest.ts";
import { createLog } from "../lib/log.ts";
import { isStale } from "../lib/quote.ts";
import { createMetrics } from "../lib/metrics.ts";
import type { ServerMessage } from "../lib/protocol.ts";
import type { Env } from "./env.ts";
import { createLiveRoutes } from "./live.ts";
import { problemResponse } from "./middleware/problem.ts";

export const allowedOrigin = "https://board.example";
const ann = identity("ann", { expiresAt: Date.now() + 3_600_000 });
const verify = (token: string) => Promise.resolve(token === "good" ? ann : undefined);

/** The routes on a real server, the hub behind them, and a leader that ticks when told to. */
export async function serve({ trustedProxies = 0, isShortOfMemory = (): boolean => false } = {}) {
  const clock = createClock();
  const log = createLog("silent");
  const metrics = createMetrics();
  const bus = createMemoryBus({ clock, log, metrics, isStale, cadenceMs: 5_000 });
  const interest = createInterest({
    bus,
    clock,
    log,
    universe: sampleUniverse,
    instanceId: "here",
  });
  const hub = createHub({
    bus,
    clock,
    log,
    metrics,
    readTicker: readSampleTicker,
    interest,
    verifySocketToken: verify,
    loadLists: () => Promise.resolve([list("one", ["AAPL"])]),
    limits: { socketsPerIp: 3, socketsPerUser: 2 },
  });
  const live = createLiveRoutes({
    hub,
    isShortOfMemory,
    auth: { verifyAccess: verify },
    securities: {
      isPriceable: sampleUniverse.isKnown,
      find: (ticker) =>
        sampleUniverse.isKnown(ticker)
          ? { ticker, name: ticker, exchange: "", market: "us" as const }
          : undefined,
    },
    config: {
      allowedOrigins: [allowedOrigin],
      trustedProxies,
      production: false,
      tls: undefined,
    },
  }, () => {});
  const app = new Hono<Env>({ strict: false });
  app.get("/ws", live.socket);
  app.get("/ws/stocks/:ticker", live.stock);
  app.get("/events", live.events);
  app.use(async (c, next) => {
    await next();
    c.header("X-Later-Middleware", "yes");
  });
  app.onError((error) => {
    if (error instanceof Problem) return problemResponse(error);
    throw error;
  });
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, app.fetch);
  const host = `127.0.0.1:${server.addr.port}`;
  const lease = await bus.lease.take("leader", { ttlMs: 60_000, seenEpoch: 0 });
  let seq = 0;
  return {
    host,
    hub,
    async tick(members: Partial<Tick>) {
      seq++;
      const { epoch } = lease!;
      await bus.publish(sampleTick({ epoch, seq, at: Date.now(), ...members }), lease!);
    },
    async [Symbol.asyncDispose]() {
      await hub.drain(0);
      interest.close();
      await server.shutdown();
    },
  };
}

/** A client that takes its messages one after the other. */
export function connect(url: string, headers: Record<string, string> = {}) {
  // The DOM's types, which the project checks with, do not know the platform's headers option.
  const socket: WebSocket = Reflect.construct(WebSocket, [url, { headers }]);
  const waiting: ((text: string) => void)[] = [];
  const arrived: string[] = [];
  const closed = new Promise<number>((resolve) => {
    socket.onclose = ({ code }) => resolve(code);
  });
  socket.onmessage = ({ data }) => {
    const taker = waiting.shift();
    if (taker) taker(data);
    else arrived.push(data);
  };
  const nextText = () => {
    const text = arrived.shift();
    return text === undefined
      ? new Promise<string>((resolve) => waiting.push(resolve))
      : Promise.resolve(text);
  };
  return {
    socket,
    closed,
    nextText,
    next: async (): Promise<ServerMessage> => parseFrame(await nextText()),
    say: (message: unknown) => socket.send(JSON.stringify(message)),
    async close() {
      socket.close();
      await closed;
    },
  };
}

/** The head of the answer to a handshake whose headers are ours to choose. */
export async function handshake(host: string, path: string, headers: Record<string, string> = {}) {
  const [hostname = "", port] = host.split(":");
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const lines = Object.entries({
    Host: host,
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    ...headers,
  }).filter(([, value]) => value !== "").map(([name, value]) => `${name}: ${value}\r\n`);
  const request = `GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
  await connection.write(new TextEncoder().encode(request));
  const buffer = new Uint8Array(4_096);
  const length = await connection.read(buffer) ?? 0;
  const [head = "", body = ""] = new TextDecoder().decode(buffer.subarray(0, length)).split(
    "\r\n\r\n",
  );
  return { status: Number(head.split(" ")[1]), head: head.toLowerCase(), body };
}
