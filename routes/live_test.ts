import assert from "node:assert/strict";
import { price, sampleQuote, ticker } from "../lib/bus/bus_fixtures.ts";
import { closeCodes } from "../lib/protocol.ts";
import { createTestApp } from "./app_fixtures.ts";
import { assertRetryAfter } from "./client_fixtures.ts";
import { allowedOrigin, connect, handshake, serve } from "./live_fixtures.ts";

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

Deno.test("the address asks for messages that others do not get: the names of lists, the facts of the day, or both", async () => {
  await using live = await serve();
  const at = Date.now();
  await live.tick({ quotes: [sampleQuote("AAPL", { at, day: { open: price("99") } })] });
  const expected = {
    "/ws?tell=lists,day": ["hello", "watchlist", "snapshot", "day", "lists"],
    "/ws?tell=day": ["hello", "watchlist", "snapshot", "day"],
    "/ws?tell=lists": ["hello", "watchlist", "snapshot", "lists"],
  };
  for (const [path, types] of Object.entries(expected)) {
    const client = connect(`ws://${live.host}${path}`, { cookie: "qb_access=good" });
    const messages = [];
    for (const _ of types) messages.push(await client.next());
    assert.deepEqual(messages.map(({ type }) => type), types);
    const day = messages.find((message) => message.type === "day");
    if (day) assert.deepEqual(day.days, [["AAPL", price("99"), 0, 0, -1, 0]]);
    await client.close();
  }
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

Deno.test("while memory is short, no socket and no stream of events is opened", async () => {
  await using live = await serve({ isShortOfMemory: () => true });
  for (const path of ["/ws", "/ws/stocks/AAPL"]) {
    const { status, head, body } = await handshake(live.host, path);
    assert.equal(status, 503);
    assert.match(head, /retry-after: \d/);
    assert.match(body, /"busy"/);
  }
  const answer = await fetch(`http://${live.host}/events?tickers=AAPL`);
  assert.deepEqual([answer.status, (await answer.json()).code], [503, "busy"]);
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

const upgrade = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
};

Deno.test("the answer to a handshake of another version names the version of this service", async () => {
  await using app = await createTestApp();
  const headers = { ...upgrade, "sec-websocket-version": "8" };
  for (const path of ["/ws", "/ws/stocks/AAPL"]) {
    const answer = await app.request(path, { headers });
    assert.deepEqual([answer.status, answer.json.code], [426, "upgrade_required"]);
    assert.equal(answer.headers.get("sec-websocket-version"), "13");
    assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
    assert.match(answer.headers.get("content-security-policy") ?? "", /default-src 'none'/);
  }
});

Deno.test("an address with far too many connections is refused before it gets one more", async () => {
  await using app = await createTestApp();
  await using full = await createTestApp({ hub: { ...app.deps.hub, mayConnect: () => false } });
  for (const path of ["/ws", "/ws/stocks/AAPL", "/events?tickers=AAPL"]) {
    const answer = await full.request(path, { headers: upgrade });
    assert.deepEqual([answer.status, answer.json.code], [429, "rate_limited"], path);
    assertRetryAfter(answer);
  }
});
