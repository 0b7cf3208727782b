import assert from "node:assert/strict";
import { sampleQuote } from "../lib/bus/bus_fixtures.ts";
import { parseFrame } from "../lib/hub/socket/socket_fixtures.ts";
import { closeCodes, type ServerMessage } from "../lib/protocol.ts";
import { connect, handshake, serve } from "./live_fixtures.ts";

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

Deno.test("events and stock streams read every spelling of a ticker; the prices come under ours", async () => {
  await using live = await serve();
  const client = await listen(`http://${live.host}/events?tickers=NYSE:BRK.B,BRK%20B`);
  await client.nextEvent();
  const types = [(await client.next()).message.type, (await client.next()).message.type];
  assert.deepEqual(types, ["hello", "snapshot"]);
  await live.tick({ quotes: [sampleQuote("BRK.B", { at: Date.now() })] });
  const { message } = await client.next();
  assert.ok(message.type === "tick" && message.quotes[0]?.[0] === "BRK.B");
  client.stop();
  const stream = connect(`ws://${live.host}/ws/stocks/BRK.B%20US%20Equity`);
  assert.deepEqual(JSON.parse(await stream.nextText()), { price: "100.00" });
  await stream.close();
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
