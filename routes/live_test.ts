import { Hono } from "hono";
import assert from "node:assert/strict";
import type { Tick } from "../lib/bus/bus.ts";
import { price, sampleQuote, sampleTick, ticker } from "../lib/bus/bus_fixtures.ts";
import { createMemoryBus } from "../lib/bus/memory_bus.ts";
import { createClock } from "../lib/clock.ts";
import { Problem } from "../lib/errors.ts";
import { createHub } from "../lib/hub/hub.ts";
import { identity, list, parseFrame, sampleUniverse } from "../lib/hub/hub_fixtures.ts";
import { createLog } from "../lib/log.ts";
import { isStale } from "../lib/market/staleness.ts";
import { createMetrics } from "../lib/metrics.ts";
import { closeCodes, type ServerMessage } from "../lib/protocol.ts";
import type { Env } from "./http.ts";
import { createLiveRoutes } from "./live.ts";
import { problemResponse } from "./problem.ts";

const allowedOrigin = "https://board.example";
const ann = identity("ann", { expiresAt: Date.now() + 3_600_000 });
const verify = (token: string) => Promise.resolve(token === "good" ? ann : undefined);
/** The routes on a real server, the hub behind them, and a leader that ticks when told to. */
async function serve({ trustedProxies = 0 } = {}) {
  const clock = createClock();
  const log = createLog("silent");
  const metrics = createMetrics();
  const bus = createMemoryBus({ clock, log, metrics, isStale, cadenceMs: 5_000 });
  const hub = createHub({
    bus,
    clock,
    log,
    metrics,
    universe: sampleUniverse,
    verifySocketToken: verify,
    loadLists: () => Promise.resolve([list("one", ["AAPL"])]),
    limits: { socketsPerIp: 3, socketsPerUser: 2 },
    instanceId: "here",
  });
  const live = createLiveRoutes({
    hub,
    auth: { verifyAccess: verify },
    securities: { isPriceable: sampleUniverse.isKnown },
    config: {
      allowedOrigins: [allowedOrigin],
      trustedProxies,
      production: false,
      tls: undefined,
    },
  });
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
      await server.shutdown();
    },
  };
}

/** A client that takes its messages one after the other. */
function connect(url: string, headers: Record<string, string> = {}) {
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
async function handshake(host: string, path: string, headers: Record<string, string> = {}) {
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

Deno.test("a visitor subscribes, and the prices of a tick arrive", async () => {
  await using live = await serve();
  const client = connect(`ws://${live.host}/ws/`);
  const hello = await client.next();
  assert.ok(hello.type === "hello" && hello.user === null);
  client.say({ type: "subscribe", tickers: ["AAPL"] });
  assert.equal((await client.next()).type, "snapshot");
  await live.tick({ quotes: [sampleQuote("AAPL", { at: Date.now() })] });
  const tick = await client.next();
  assert.ok(tick.type === "tick" && tick.quotes[0]?.[0] === "AAPL");
  await live.tick({ unchanged: [ticker("AAPL")] });
  const heartbeat = await client.next();
  assert.ok(heartbeat.type === "tick" && heartbeat.quotes.length === 0);
  await client.close();
});

Deno.test("the cookie of the page signs the socket in: hello, watchlist, snapshot", async () => {
  await using live = await serve();
  const client = connect(`ws://${live.host}/ws`, { cookie: "qb_access=good" });
  const messages = [await client.next(), await client.next(), await client.next()];
  assert.deepEqual(messages.map(({ type }) => type), ["hello", "watchlist", "snapshot"]);
  assert.ok(messages[0]?.type === "hello" && messages[0].user === "ann");
  await client.close();
});

Deno.test("a cookie that is no longer valid leaves a visitor, who may sign in by message", async () => {
  await using live = await serve();
  const client = connect(`ws://${live.host}/ws`, { cookie: "qb_access=old" });
  const hello = await client.next();
  assert.ok(hello.type === "hello" && hello.user === null);
  client.say({ type: "auth", token: "bad" });
  const error = await client.next();
  assert.ok(error.type === "error" && error.code === "invalid_token");
  client.say({ type: "auth", token: "good" });
  const again = await client.next();
  assert.ok(again.type === "hello" && again.user === "ann");
  await client.close();
});

Deno.test("what breaks the protocol is closed with the code that says so", async () => {
  await using live = await serve();
  const frames = ["{", '{"type":"buy"}', "x".repeat(4_097), new Uint8Array([123, 125])];
  for (const frame of frames) {
    const client = connect(`ws://${live.host}/ws`);
    await client.next();
    client.socket.send(frame);
    assert.equal(await client.closed, closeCodes.badMessage);
  }
});

Deno.test("a flood of messages is closed with a code that arrives, though more are under way", async () => {
  await using live = await serve();
  const client = connect(`ws://${live.host}/ws`);
  await client.next();
  for (let count = 0; count < 100; count++) client.say({ type: "unsubscribe", tickers: [] });
  assert.equal(await client.closed, closeCodes.limit);
});

Deno.test("an address with all its sockets gets one more only to be told so", async () => {
  await using live = await serve();
  const clients = [];
  for (let count = 0; count < 3; count++) {
    const client = connect(`ws://${live.host}/ws`);
    await client.next();
    clients.push(client);
  }
  assert.equal(await connect(`ws://${live.host}/ws`).closed, closeCodes.limit);
  assert.equal(await connect(`ws://${live.host}/ws/stocks/AAPL`).closed, closeCodes.limit);
  for (const client of clients) await client.close();
});

Deno.test("another address of the same /64 has no sockets of its own", async () => {
  await using live = await serve({ trustedProxies: 1 });
  const open = (address: string) => connect(`ws://${live.host}/ws`, { "x-forwarded-for": address });
  const clients = [1, 2, 3].map((host) => open(`2001:db8:0:7::${host}`));
  for (const client of clients) await client.next();
  assert.equal(await open("2001:db8:0:7::4").closed, closeCodes.limit);
  const neighbour = open("2001:db8:0:8::1");
  await neighbour.next();
  for (const client of [...clients, neighbour]) await client.close();
});

Deno.test("a user with all their sockets loses the oldest", async () => {
  await using live = await serve();
  const open = async () => {
    const client = connect(`ws://${live.host}/ws`, { cookie: "qb_access=good" });
    await client.next();
    return client;
  };
  const [first, second, third] = [await open(), await open(), await open()];
  assert.equal(await first.closed, closeCodes.limit);
  await second.close();
  await third.close();
});

Deno.test("a drain says bye and closes as restarting", async () => {
  await using live = await serve();
  const client = connect(`ws://${live.host}/ws`);
  await client.next();
  void live.hub.drain(1_000);
  assert.equal((await client.next()).type, "bye");
  assert.equal(await client.closed, closeCodes.restarting);
});

Deno.test("a stock stream tells the price at once, then each change", async () => {
  await using live = await serve();
  const at = Date.now();
  await live.tick({ quotes: [sampleQuote("AAPL", { at })] });
  const client = connect(`ws://${live.host}/ws/stocks/aapl/`);
  assert.equal(await client.nextText(), '{"price":"100.00"}');
  client.socket.send("anything");
  await live.tick({ unchanged: [ticker("AAPL")] });
  await live.tick({ quotes: [sampleQuote("AAPL", { at: at + 1, price: price("99.5") })] });
  assert.equal(await client.nextText(), '{"price":"99.50"}');
  await client.close();
});

Deno.test("only our own origin, the allowed ones and clients without one are upgraded", async () => {
  await using live = await serve();
  const accepted = ["", `http://${live.host}`, allowedOrigin];
  for (const Origin of accepted) {
    assert.equal((await handshake(live.host, "/ws", { Origin })).status, 101, Origin);
  }
  const refused = [
    "null",
    "https://evil.example",
    `http://${live.host}.evil.example`,
    `${allowedOrigin}.evil.example`,
    "http://127.0.0.1:1",
    "nonsense",
  ];
  for (const path of ["/ws", "/ws/stocks/AAPL"]) {
    for (const Origin of refused) {
      const { status, body } = await handshake(live.host, path, { Origin });
      assert.equal(status, 403, Origin);
      assert.match(body, /"code":"forbidden_origin"/);
    }
  }
});

Deno.test("a plain request is told that this address speaks WebSocket", async () => {
  await using live = await serve();
  for (const path of ["/ws", "/ws/stocks/AAPL/"]) {
    const response = await fetch(`http://${live.host}${path}`);
    assert.equal(response.status, 426);
    assert.equal(response.headers.get("upgrade"), "websocket");
    assert.equal((await response.json()).code, "upgrade_required");
  }
});

Deno.test("the case of the Upgrade header makes no difference", async () => {
  await using live = await serve();
  assert.equal((await handshake(live.host, "/ws", { Upgrade: "WebSocket" })).status, 101);
});

Deno.test("half a handshake is a bad request, not a fault of ours", async () => {
  await using live = await serve();
  const { status, body } = await handshake(live.host, "/ws", { "Sec-WebSocket-Key": "" });
  assert.equal(status, 400);
  assert.match(body, /"code":"bad_request"/);
});

Deno.test("no subprotocol is echoed, so a token sent as one comes back to nobody", async () => {
  await using live = await serve();
  const { status, head } = await handshake(live.host, "/ws", {
    "Sec-WebSocket-Protocol": "secret",
  });
  assert.equal(status, 101);
  assert.ok(!head.includes("secret") && !head.includes("sec-websocket-protocol"));
  assert.ok(!head.includes("x-later-middleware"));
});

Deno.test("a stock stream of what is no ticker, or not one of ours, is refused before the upgrade", async () => {
  await using live = await serve();
  const malformed = await handshake(live.host, "/ws/stocks/..a");
  assert.equal(malformed.status, 400);
  assert.match(malformed.body, /"code":"invalid_ticker"/);
  const unknown = await handshake(live.host, "/ws/stocks/ZZ1");
  assert.equal(unknown.status, 404);
  assert.match(unknown.body, /"code":"unknown_ticker"/);
});

/** An EventSource of sorts: the events of GET /events one after the other. */
async function listen(url: string, headers: Record<string, string> = {}) {
  const stop = new AbortController();
  const response = await fetch(url, { headers, signal: stop.signal });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  /** Undefined: the stream has ended. */
  async function nextEvent(): Promise<Record<string, string> | undefined> {
    while (!text.includes("\n\n")) {
      const { done, value } = await reader.read();
      if (done) return undefined;
      text += value;
    }
    const end = text.indexOf("\n\n");
    const fields = text.slice(0, end).split("\n").map((line) => line.split(/: (.*)/, 2));
    text = text.slice(end + 2);
    return Object.fromEntries(fields);
  }
  return {
    response,
    nextEvent,
    async next(): Promise<{ id: string | undefined; message: ServerMessage }> {
      const event = await nextEvent();
      return { id: event?.id, message: parseFrame(event?.data ?? "") };
    },
    stop: () => stop.abort(),
  };
}

Deno.test("events are the messages of a socket, each of quotes with its version as id", async () => {
  await using live = await serve();
  const client = await listen(`http://${live.host}/events?tickers=AAPL,ZZ1`);
  assert.equal(client.response.headers.get("content-type"), "text/event-stream");
  assert.match((await client.nextEvent())?.retry ?? "", /^[1-5]\d{3}$/);
  assert.equal((await client.next()).message.type, "hello");
  const types = [(await client.next()).message.type, (await client.next()).message.type];
  assert.deepEqual(types.sort(), ["error", "snapshot"]);
  await live.tick({ quotes: [sampleQuote("AAPL", { at: Date.now() })] });
  const { id, message } = await client.next();
  assert.ok(message.type === "tick" && message.quotes[0]?.[0] === "AAPL");
  assert.equal(id, `${message.epoch}-${message.seq}`);
  client.stop();
});

Deno.test("events by the page's cookie follow the user's list", async () => {
  await using live = await serve();
  const client = await listen(`http://${live.host}/events`, { cookie: "qb_access=good" });
  await client.nextEvent();
  const messages = [await client.next(), await client.next(), await client.next()];
  assert.deepEqual(messages.map(({ message }) => message.type), ["hello", "watchlist", "snapshot"]);
  client.stop();
});

Deno.test("a planned end is told to those who listen, with its code, and ends the stream", async () => {
  await using live = await serve();
  const client = await listen(`http://${live.host}/events?tickers=AAPL`);
  for (let count = 0; count < 3; count++) await client.nextEvent();
  void live.hub.drain(500);
  assert.equal((await client.next()).message.type, "bye");
  const close = await client.nextEvent();
  assert.equal(close?.event, "close");
  assert.equal(JSON.parse(close?.data ?? "").code, closeCodes.restarting);
  assert.equal(await client.nextEvent(), undefined);
});

Deno.test("listeners share the sockets' limit of an address, and give their place back when they leave", async () => {
  await using live = await serve();
  const url = `http://${live.host}/events?tickers=AAPL`;
  const clients = [await listen(url), await listen(url), await listen(url)];
  for (const client of clients) {
    for (let count = 0; count < 3; count++) await client.nextEvent();
  }
  const refused = await (await fetch(url)).text();
  assert.match(refused, new RegExp(`event: close\\ndata: {"code":${closeCodes.limit}`));
  for (const client of clients) client.stop();
  for (;;) {
    const again = await listen(url);
    await again.nextEvent();
    const { data = "" } = await again.nextEvent() ?? {};
    again.stop();
    if (data.includes("hello")) break;
  }
});

Deno.test("events of no ticker, of what is none, of too many or for another site are refused", async () => {
  await using live = await serve();
  const many = Array.from({ length: 26 }, (_, index) => `A${index}`).join();
  const cases: [string, number, string][] = [
    ["", 400, "invalid_query"],
    ["?tickers=,%20,", 400, "invalid_query"],
    ["?tickers=AAPL,..a", 400, "invalid_ticker"],
    [`?tickers=${many}`, 400, "invalid_query"],
  ];
  for (const [query, status, code] of cases) {
    const response = await fetch(`http://${live.host}/events${query}`);
    assert.equal(response.status, status, query);
    assert.equal((await response.json()).code, code);
  }
  const foreign = await handshake(live.host, "/events?tickers=AAPL", {
    Origin: "https://evil.example",
    Upgrade: "",
    Connection: "close",
  });
  assert.equal(foreign.status, 403);
  const head = await fetch(`http://${live.host}/events?tickers=AAPL`, { method: "HEAD" });
  assert.equal(head.headers.get("content-type"), "text/event-stream");
});
