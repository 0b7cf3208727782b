// The live protocol as an outside client uses it, against a real server and an upstream over real HTTP.

import assert from "node:assert/strict";
import { startAlbertUpstream } from "../../tools/albert_upstream.ts";
import { call, openLive, register } from "../support/api_client.ts";
import { startServer } from "../support/server.ts";

Deno.test("the live protocol on simulated prices", async (t) => {
  await using server = await startServer();
  const { url } = server;

  await t.step(
    "sends hello, accepts the sign-in, follows the first list, then sends ticks at the marks",
    async () => {
      const { accessToken: token, username } = await register(url);
      await call(`${url}/api/watchlist`, { json: { ticker: "AAPL" }, token });

      const live = await openLive(url);
      const anonymous = await live.next();
      assert.deepEqual([anonymous.type, anonymous.v, anonymous.user], ["hello", 1, null]);
      live.send({ type: "auth", token });
      const hello = await live.next();
      assert.deepEqual([hello.type, hello.user, hello.tickMs], ["hello", username, 5000]);
      const list = await live.next();
      assert.deepEqual([list.type, list.tickers], ["watchlist", ["AAPL"]]);
      const snapshot = await live.next();
      assert.equal(snapshot.type, "snapshot");
      assert.equal(snapshot.quotes[0][0], "AAPL");
      assert.ok(Number.isSafeInteger(snapshot.quotes[0][1]));

      const ticks = [await live.next("tick"), await live.next("tick"), await live.next("tick")];
      for (const [index, tick] of ticks.entries()) {
        const former = ticks[index - 1];
        if (!former) continue;
        assert.equal(tick.epoch, former.epoch);
        assert.ok(tick.seq > former.seq);
        assert.equal(Math.round(tick.at / 5000) - Math.round(former.at / 5000), 1);
        assert.ok(tick.nextAt > tick.at);
      }
      assert.ok(
        ticks.some((tick) => tick.quotes.length > 0),
        "a simulated price moves in three ticks",
      );
      live.close();
    },
  );

  await t.step(
    "sends every socket of a user the changes of the others, with the price of a new ticker",
    async () => {
      const { accessToken: token } = await register(url);
      const live = await openLive(url);
      live.send({ type: "auth", token });
      assert.deepEqual((await live.next("watchlist")).tickers, []);
      const added = await call(`${url}/api/watchlist`, { json: { ticker: "KO" }, token });
      const list = await live.next("watchlist");
      assert.deepEqual([list.version, list.tickers], [added.body.version, ["KO"]]);
      for (;;) {
        const { quotes } = await live.next("snapshot");
        if (quotes.some(([ticker]: [string]) => ticker === "KO")) break;
      }
      await call(`${url}/api/watchlist/KO`, { method: "DELETE", token });
      assert.deepEqual((await live.next("watchlist")).tickers, []);
      live.close();
    },
  );

  await t.step("refuses what violates the protocol, with a code for each case", async () => {
    for (
      const frame of [
        "{",
        "[]",
        '{"type":"dance"}',
        `{"type":"auth","token":"${"x".repeat(5000)}"}`,
      ]
    ) {
      const live = await openLive(url);
      live.send(frame);
      assert.equal((await live.closed).code, 4500, frame.slice(0, 40));
    }
    const binary = await openLive(url);
    binary.socket.send(new Uint8Array([1, 2, 3]));
    assert.equal((await binary.closed).code, 4500);

    const flood = await openLive(url);
    for (let i = 0; i < 25; i++) flood.send({ type: "unsubscribe", tickers: [] });
    assert.equal((await flood.closed).code, 4502);

    const live = await openLive(url);
    live.send({ type: "auth", token: "garbage" });
    assert.equal((await live.next("error")).code, "invalid_token");
    live.send({ type: "subscribe", tickers: ["AAPL", "NOSUCH"] });
    const answers = [await live.next(), await live.next()];
    const error = answers.find(({ type }) => type === "error");
    assert.equal(error.code, "unknown_ticker");
    assert.match(error.message, /NOSUCH/);
    live.send({ type: "subscribe", tickers: Array.from({ length: 26 }, (_, i) => `T${i}`) });
    assert.equal((await live.next("error")).code, "too_many_tickers");
    live.close();
  });

  await t.step(
    "refuses a foreign origin before the upgrade, and speaks only WebSocket",
    async () => {
      const upgrade = { upgrade: "websocket", connection: "Upgrade" };
      const foreign = await rawUpgrade(url, { ...upgrade, origin: "https://evil.example" });
      assert.match(foreign, /^HTTP\/1\.1 403 /);
      const own = await rawUpgrade(url, { ...upgrade, origin: url });
      assert.match(own, /^HTTP\/1\.1 101 /);
      const plain = await call(`${url}/ws`);
      assert.deepEqual([plain.status, plain.body.code], [426, "upgrade_required"]);
    },
  );

  await t.step("streams the price of one ticker to anybody", async () => {
    const live = await openLive(url, { path: "/ws/stocks/AAPL/" });
    const { price } = await live.next();
    assert.match(price, /^\d+\.\d{2,4}$/);
    assert.notEqual((await live.next()).price, price);
    live.close();
    const unknown = await rawUpgrade(
      url,
      { upgrade: "websocket", connection: "Upgrade" },
      "/ws/stocks/NOSUCH",
    );
    assert.match(unknown, /^HTTP\/1\.1 404 /);
  });
});

Deno.test("the live protocol on the case study's API", async (t) => {
  const upstream = await startAlbertUpstream({ port: 0, key: "demo" });
  await using server = await startServer({
    env: {
      QUOTE_SOURCE: "albert",
      ALBERT_API_URL: upstream.url,
      ALBERT_API_KEY: "demo",
      POLL_INTERVAL_MS: "2000",
    },
  });
  const { url } = server;
  try {
    await t.step("calls the upstream only for watched tickers, once a tick", async () => {
      const before = upstream.calls().prices;
      const { accessToken: token } = await register(url);
      const live = await openLive(url);
      live.send({ type: "auth", token });
      await live.next("watchlist");
      assert.equal(upstream.calls().prices, before, "an empty list costs nothing");

      await call(`${url}/api/watchlist`, { json: { ticker: "AAPL" }, token });
      await call(`${url}/api/watchlist`, { json: { ticker: "MSFT" }, token });
      // New tickers are fetched between the marks. That is over when both have a price.
      const unpriced = new Set(["AAPL", "MSFT"]);
      while (unpriced.size > 0) {
        const { quotes = [] } = await live.next();
        for (const [ticker] of quotes) unpriced.delete(ticker);
      }
      await live.next("tick");
      const first = upstream.calls().prices;
      await live.next("tick");
      await live.next("tick");
      assert.equal(upstream.calls().prices - first, 2);
      live.close();
    });
  } finally {
    await upstream.close();
  }
});

/** Returns the head of the answer to a handshake. A WebSocket client would not let the test choose these headers. */
async function rawUpgrade(
  url: string,
  headers: Record<string, string>,
  path = "/ws",
): Promise<string> {
  const { hostname, port, host } = new URL(url);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const lines = Object.entries({
    host,
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  await connection.write(new TextEncoder().encode(`GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`));
  const buffer = new Uint8Array(4096);
  const length = await connection.read(buffer) ?? 0;
  return new TextDecoder().decode(buffer.subarray(0, length));
}
