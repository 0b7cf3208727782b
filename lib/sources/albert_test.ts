import FakeTimers from "@sinonjs/fake-timers";
import assert from "node:assert/strict";
import { startAlbertUpstream } from "../../tools/albert_upstream.ts";
import { createClock } from "../clock.ts";
import { formatPrice, parseTicker, type Ticker } from "../quote.ts";
import { createAlbert } from "./albert.ts";
import type { FetchOutcome } from "./source.ts";

const key = "a-key-that-must-not-leak";
const names = { AAPL: "Apple", MSFT: "Microsoft", "BRK.B": "Berkshire Hathaway", T: "AT&T" };
const symbols = tickersOf(...Object.keys(names));

function tickersOf(...texts: string[]): Ticker[] {
  return texts.map((text) => parseTicker(text)!);
}

function open({ sentKey = key, path = "" } = {}) {
  const upstream = startAlbertUpstream({ port: 0, key, tickers: names });
  const timers = FakeTimers.createClock(Date.parse("2026-03-11T14:30:00Z"));
  const source = createAlbert({
    url: new URL(upstream.url + path),
    key: sentKey,
    clock: createClock(timers),
  });
  return { upstream, source, timers, [Symbol.asyncDispose]: () => upstream.close() };
}

/** Readable prices and faults of an answer, by ticker. */
function summary(outcome: FetchOutcome): Record<string, string> {
  assert.equal(outcome.kind, "ok", "detail" in outcome ? outcome.detail : "");
  assert.ok(outcome.kind === "ok");
  return Object.fromEntries([
    ...outcome.quotes.map(({ ticker, price }) => [ticker, formatPrice(price)]),
    ...outcome.faults.map(({ ticker, fault }) => [ticker, fault]),
  ]);
}

Deno.test("one call answers the whole batch, with each price as it was written", async () => {
  await using api = open();
  api.upstream.setPrices({ AAPL: 122.21, MSFT: 400.1, "BRK.B": 0.07, T: 10_000_000 });
  const outcome = await api.source.fetchQuotes(symbols);
  assert.deepEqual(summary(outcome), {
    AAPL: "122.21",
    MSFT: "400.10",
    "BRK.B": "0.07",
    T: "10000000.00",
  });
  assert.ok(outcome.kind === "ok" && outcome.quotes.every(({ asOf }) => asOf === undefined));
  assert.deepEqual(api.upstream.calls(), { prices: 1, tickers: 0, lastTickers: symbols });
});

Deno.test("the address may end with a slash or not", async () => {
  for (const path of ["", "/", "//"]) {
    await using api = open({ path });
    assert.equal((await api.source.fetchQuotes(symbols)).kind, "ok");
  }
});

Deno.test("prices move from call to call", async () => {
  await using api = open();
  const before = summary(await api.source.fetchQuotes(symbols));
  assert.notDeepEqual(summary(await api.source.fetchQuotes(symbols)), before);
});

Deno.test("one bad ticker does not affect the others of its batch", async () => {
  await using api = open();
  api.upstream.setPrices({ AAPL: 1, MSFT: 2, T: 3 });
  api.upstream.fail({ mode: "absurd", tickers: ["BRK.B"], times: 1 });
  const first = summary(await api.source.fetchQuotes(symbols));
  assert.deepEqual(first, { AAPL: "1.00", MSFT: "2.00", T: "3.00", "BRK.B": "absurd" });
  api.upstream.fail({ mode: "missing", tickers: ["BRK.B"] });
  const second = summary(await api.source.fetchQuotes(symbols));
  assert.deepEqual(second, { ...first, "BRK.B": "missing" });
});

Deno.test("null, text, negative, zero, infinite and huge prices are absurd", async () => {
  const many = tickersOf("A", "B", "C", "D", "E", "F", "G", "H");
  const upstream = startAlbertUpstream({
    port: 0,
    key,
    tickers: Object.fromEntries(many.map((ticker) => [ticker, ticker])),
  });
  const source = createAlbert({ url: new URL(upstream.url), key, clock: createClock() });
  upstream.fail({ mode: "absurd" });
  const faults = Object.values(summary(await source.fetchQuotes(many)));
  await upstream.close();
  assert.deepEqual(faults, many.map(() => "absurd"));
});

Deno.test("every failure has its name, and no detail contains the key", async () => {
  await using api = open();
  const cases = [
    ["400", "unknown_ticker"],
    ["401", "unauthorized"],
    ["403", "unauthorized"],
    ["429", "rate_limited"],
    ["500", "server_error"],
    ["503", "server_error"],
    ["418", "unexpected_status"],
    ["302", "unexpected_status"],
    ["not_json", "not_json"],
    ["wrong_shape", "wrong_shape"],
    ["too_large", "wrong_shape"],
  ] as const;
  for (const [mode, failure] of cases) {
    api.upstream.fail({ mode });
    const outcome = await api.source.fetchQuotes(symbols);
    assert.ok(outcome.kind === "failed", mode);
    assert.equal(outcome.failure, failure, mode);
    assert.ok(outcome.detail && !outcome.detail.includes(key), mode);
  }
  assert.equal(api.upstream.calls().prices, cases.length, "nothing was retried or followed");
});

Deno.test("Retry-After is read, in seconds or as a date", async () => {
  await using api = open();
  api.upstream.fail({ mode: "429", retryAfter: 7, times: 1 });
  const inSeconds = await api.source.fetchQuotes(symbols);
  assert.ok(inSeconds.kind === "failed" && inSeconds.retryAfterMs === 7_000);
  api.upstream.fail({ mode: "503", retryAfter: "Wed, 11 Mar 2026 14:30:20 GMT" });
  const asDate = await api.source.fetchQuotes(symbols);
  assert.ok(asDate.kind === "failed" && asDate.retryAfterMs === 20_000);
});

Deno.test("an answer that does not come in time is a timeout", async () => {
  await using api = open();
  api.upstream.fail({ mode: "timeout" });
  const waiting = api.source.fetchQuotes(symbols);
  api.timers.tick(4_000);
  const outcome = await waiting;
  assert.ok(outcome.kind === "failed" && outcome.failure === "timeout");
});

Deno.test("the caller may abort earlier", async () => {
  await using api = open();
  api.upstream.fail({ mode: "timeout" });
  const controller = new AbortController();
  const waiting = api.source.fetchQuotes(symbols, controller.signal);
  controller.abort();
  const outcome = await waiting;
  assert.ok(outcome.kind === "failed" && outcome.failure === "timeout");
});

Deno.test("a provider that cannot be reached is a network failure", async () => {
  const api = open();
  await api.upstream.close();
  const outcome = await api.source.fetchQuotes(symbols);
  assert.ok(outcome.kind === "failed" && outcome.failure === "network");
  assert.ok(!outcome.detail.includes("tickers="));
});

Deno.test("an answer that breaks off is a network failure", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    using connection = await listener.accept();
    await connection.read(new Uint8Array(4_096));
    const half = 'HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"AAPL":1';
    await connection.write(new TextEncoder().encode(half));
  })();
  const url = new URL(`http://127.0.0.1:${listener.addr.port}`);
  const outcome = await createAlbert({ url, key, clock: createClock() }).fetchQuotes(symbols);
  await serving;
  listener.close();
  assert.ok(outcome.kind === "failed" && outcome.failure === "network");
});

Deno.test("a wrong key is refused; one that cannot be sent is not shown", async () => {
  for (const sentKey of ["wrong", "ключ\nsecret"]) {
    await using api = open({ sentKey });
    const outcome = await api.source.fetchQuotes(symbols);
    assert.ok(outcome.kind === "failed" && !outcome.detail.includes("secret"));
    assert.equal(outcome.failure, sentKey === "wrong" ? "unauthorized" : "network");
  }
});

Deno.test("once the list is known, a ticker outside it is not asked for", async () => {
  await using api = open();
  const asked = [...symbols, ...tickersOf("GONE")];
  const before = await api.source.fetchQuotes(asked);
  assert.ok(before.kind === "failed" && before.failure === "unknown_ticker");

  const list = await api.source.listSecurities?.();
  assert.ok(list?.kind === "ok");
  assert.deepEqual(
    list.securities.map(({ ticker, name }) => [ticker, name]),
    Object.entries(names),
  );
  api.source.learn?.(list.securities);
  assert.equal(summary(await api.source.fetchQuotes(asked)).GONE, "not_listed");
  assert.deepEqual(api.upstream.calls().lastTickers, symbols);

  const calls = api.upstream.calls().prices;
  assert.deepEqual(summary(await api.source.fetchQuotes(tickersOf("GONE"))), {
    GONE: "not_listed",
  });
  assert.equal(api.upstream.calls().prices, calls, "nothing to ask, no call");
});

Deno.test("if the list cannot be read, the former one stays valid", async () => {
  await using api = open();
  const list = await api.source.listSecurities?.();
  assert.ok(list?.kind === "ok");
  api.source.learn?.(list.securities);
  api.upstream.fail({ mode: "500", on: "tickers", times: 1 });
  assert.equal((await api.source.listSecurities?.())?.kind, "failed");
  for (const ticker of symbols) api.upstream.setTickers({ [ticker]: null });
  const empty = await api.source.listSecurities?.();
  assert.ok(empty?.kind === "failed" && empty.failure === "wrong_shape");
  assert.equal(summary(await api.source.fetchQuotes(tickersOf("GONE"))).GONE, "not_listed");
});

Deno.test("a symbol keeps the API's own spelling behind our ticker, and two symbols of one ticker are one", async () => {
  const asked: string[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const url = new URL(request.url);
    if (url.pathname.endsWith("/tickers/")) {
      return Response.json({ BACpL: "Bank of America L", AbC: "Other", ABC: "Own", aBC: "Third" });
    }
    asked.push(...url.searchParams.get("tickers")!.split(","));
    const prices = { BACpL: 1_150.5, ABC: 5 };
    return asked.every((symbol) => Object.hasOwn(prices, symbol))
      ? Response.json(prices)
      : new Response(null, { status: 400 });
  });
  const url = new URL(`http://127.0.0.1:${server.addr.port}`);
  const source = createAlbert({ url, key, clock: createClock() });
  const list = await source.listSecurities?.();
  assert.ok(list?.kind === "ok");
  assert.deepEqual(list.securities, [
    { ticker: "BACPL", name: "Bank of America L", symbol: "BACpL" },
    { ticker: "ABC", name: "Own" },
  ]);
  source.learn?.(list.securities);
  assert.deepEqual(summary(await source.fetchQuotes(tickersOf("BACPL", "ABC"))), {
    BACPL: "1150.50",
    ABC: "5.00",
  });
  assert.deepEqual(asked, ["BACpL", "ABC"]);
  await server.shutdown();
});

Deno.test("a list of 7 MiB is read like a short one, and other work has its turn meanwhile", async () => {
  const members = Array.from({ length: 190_000 }, (_, at) => `"N${at}":"A name of company ${at}"`);
  const body = `{"AbC":"Other","ABC":"Own",${members.join(",")},"aBC":"Third"}`;
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    () => new Response(body),
  );
  const url = new URL(`http://127.0.0.1:${server.addr.port}`);
  const source = createAlbert({ url, key, clock: createClock() });
  let turns = 0;
  const timer = setInterval(() => turns++);
  const list = await source.listSecurities?.();
  clearInterval(timer);
  assert.ok(list?.kind === "ok");
  assert.equal(list.securities.length, 190_001);
  assert.deepEqual(list.securities[0], { ticker: "ABC", name: "Own" });
  assert.deepEqual(list.securities.at(-1), { ticker: "N189999", name: "A name of company 189999" });
  assert.ok(turns > 10, `Other work had its turn ${turns} times`);
  await server.shutdown();
});
