import assert from "node:assert/strict";
import fc from "fast-check";
import { price, ticker } from "../../bus/bus_fixtures.ts";
import { closeCodes, type ServerMessage } from "../../protocol.ts";
import { compareVersions, type Ticker } from "../../quote.ts";
import { chunkSize } from "./chunks.ts";
import { startMs } from "../../bus/leader_fixtures.ts";
import { identity, list, startHub } from "../hub_fixtures.ts";
import { type FakeSocket, ofType } from "../socket/socket_fixtures.ts";
import { bufferedBytesMax, marksMissedMax } from "../socket/peer.ts";

Deno.test("each socket gets one frame for a tick, with all changes of its tickers", async () => {
  const { watching, tick, quote, pass, epoch } = await startHub();
  const one = await watching(["AAPL", "MSFT"]);
  const other = await watching(["MSFT", "NVDA"]);
  await tick({ quotes: [quote("AAPL"), quote("MSFT"), quote("NVDA"), quote("TSLA")] });
  assert.equal(one.sent.length, 1);
  assert.deepEqual(one.takeSent(), [{
    type: "tick",
    epoch,
    seq: 1,
    at: startMs,
    tickMs: 5_000,
    nextAt: startMs + 5_000,
    quotes: [
      ["AAPL", 1_000_000, 0, 0, "open", "sample", 0],
      ["MSFT", 1_000_000, 0, 0, "open", "sample", 0],
    ],
  }]);
  assert.deepEqual(ofType(other.takeSent(), "tick")[0]?.quotes.map(([name]) => name), [
    "MSFT",
    "NVDA",
  ]);
  await pass(5_000);
  await tick({ quotes: [quote("NVDA", { asOf: startMs + 4_000 })], unchanged: [ticker("MSFT")] });
  assert.deepEqual(ofType(other.takeSent(), "tick")[0]?.quotes, [["NVDA", 1_000_000, 1_000]]);
});

Deno.test("a tick without a change is a heartbeat for a socket with a ticker, and nothing for another", async () => {
  const { watching, connect, tick, quote } = await startHub();
  await tick({ quotes: [quote("AAPL")] });
  const watcher = await watching(["AAPL"]);
  const idle = await connect();
  idle.takeSent();
  await tick({ unchanged: [ticker("AAPL")] });
  assert.deepEqual(ofType(watcher.takeSent(), "tick")[0]?.quotes, []);
  assert.deepEqual(idle.takeSent(), []);
});

Deno.test("if only the price changed, three fields are sent, otherwise all of them", async () => {
  const { watching, tick, quote, pass } = await startHub();
  const socket = await watching(["AAPL"]);
  await tick({ quotes: [quote("AAPL")] });
  const next = async (members: Parameters<typeof quote>[1]) => {
    await pass(5_000);
    socket.takeSent();
    await tick({ quotes: [quote("AAPL", members)] });
    return ofType(socket.takeSent(), "tick")[0]?.quotes[0]?.length;
  };
  assert.equal(await next({}), 3);
  assert.equal(await next({ previousClose: quote("AAPL").price }), 7);
  assert.equal(await next({ previousClose: quote("AAPL").price }), 3);
  assert.equal(await next({ session: "post" }), 7);
  assert.equal(await next({ source: "other" }), 7);
});

Deno.test("a ticker that could not be read is sent with its age, and in full when it becomes stale", async () => {
  const { watching, tick, quote, pass } = await startHub();
  const socket = await watching(["AAPL"]);
  await tick({ quotes: [quote("AAPL")] });
  const named = [];
  for (let mark = 1; mark <= 4; mark++) {
    await pass(5_000);
    socket.takeSent();
    await tick();
    named.push(...ofType(socket.takeSent(), "tick")[0]?.quotes ?? []);
  }
  assert.deepEqual(named, [
    ["AAPL", 1_000_000, 5_000],
    ["AAPL", 1_000_000, 10_000],
    ["AAPL", 1_000_000, 0, 15_000, "open", "sample", 1],
    ["AAPL", 1_000_000, 20_000],
  ]);
  await pass(5_000);
  await tick({ unchanged: [ticker("AAPL")] });
  const [again] = ofType(socket.takeSent(), "tick");
  assert.deepEqual(again?.quotes, [["AAPL", 1_000_000, 0, 25_000, "open", "sample", 0]]);
});

Deno.test("a quote that was sent as stale is sent in full when only its price changes next", async () => {
  const { watching, tick, quote, pass } = await startHub();
  const early = await watching(["AAPL"]);
  await tick({ quotes: [quote("AAPL")] });
  await pass(11_000);
  const late = await watching(["AAPL"]); // its snapshot said stale, the other socket got no stale flag
  early.takeSent();
  await tick({ quotes: [quote("AAPL")] });
  for (const socket of [early, late]) {
    assert.equal(ofType(socket.takeSent(), "tick")[0]?.quotes[0]?.[6], 0);
  }
});

Deno.test("while the market is closed, a price that is not read is not sent", async () => {
  const { watching, tick, quote, pass } = await startHub();
  const socket = await watching(["AAPL"]);
  await tick({ quotes: [quote("AAPL", { session: "closed" })] });
  socket.takeSent();
  await pass(60_000);
  await tick();
  assert.deepEqual(ofType(socket.takeSent(), "tick")[0]?.quotes, []);
});

Deno.test("newcomers are sent only to sockets that watch them, as a snapshot of them alone", async () => {
  const { watching, tick, quote, epoch } = await startHub();
  const waiting = await watching(["AAPL", "MSFT"]);
  const other = await watching(["NVDA"]);
  await tick({ kind: "newcomers", quotes: [quote("MSFT"), quote("TSLA")] });
  assert.deepEqual(waiting.takeSent(), [{
    type: "snapshot",
    epoch,
    seq: 1,
    at: startMs,
    tickMs: 5_000,
    quotes: [["MSFT", 1_000_000, 0, 0, "open", "sample", 0]],
  }]);
  assert.deepEqual(other.takeSent(), []);
});

Deno.test("a newcomer that was read again unchanged is sent too, since it may have been stale", async () => {
  const { watching, tick, quote, pass } = await startHub();
  await tick({ quotes: [quote("AAPL")] });
  await pass(20_000);
  const socket = await watching(["AAPL"]);
  await tick({ kind: "newcomers", unchanged: [ticker("AAPL")] });
  assert.equal(ofType(socket.takeSent(), "snapshot")[0]?.quotes[0]?.[6], 0);
});

Deno.test("a socket that is behind gets the newest quotes of all its tickers once it has read its last frame", async () => {
  const { watching, tick, quote, pass, metrics } = await startHub();
  const socket = await watching(["AAPL", "MSFT"]);
  await tick({ quotes: [quote("AAPL"), quote("MSFT")] });
  socket.takeSent();
  socket.isStalled = true;
  await pass(5_000);
  await tick({ quotes: [quote("AAPL")] });
  await pass(5_000);
  await tick({ quotes: [quote("MSFT")] });
  assert.equal(socket.sent.length, 1, "one frame is in flight, never two");
  socket.takeSent();
  socket.readAll();
  await pass(1_000);
  const messages = socket.takeSent();
  assert.deepEqual(ofType(messages, "tick").map(({ seq }) => seq), [3]);
  assert.deepEqual(ofType(messages, "tick")[0]?.quotes, [
    ["AAPL", 1_000_000, 0, 5_000, "open", "sample", 0],
    ["MSFT", 1_000_000, 0, 0, "open", "sample", 0],
  ]);
  assert.ok((await metrics.framesDeferred.get()).values[0]!.value > 0);
  await pass(4_000);
  await tick({ quotes: [quote("AAPL")] });
  assert.deepEqual(ofType(socket.takeSent(), "tick")[0]?.quotes.map((quote) => quote.length), [
    3,
    3,
  ]);
});

Deno.test("a tick that finds an answer still unsent follows it within 50 ms", async () => {
  const { watching, tick, quote, pass } = await startHub();
  const socket = await watching(["AAPL"]);
  socket.isStalled = true;
  socket.receive({ type: "subscribe", tickers: ["AAPL"] });
  await tick({ quotes: [quote("AAPL")] });
  assert.deepEqual(socket.takeSent().map(({ type }) => type), ["snapshot"]);
  socket.readAll();
  await pass(50);
  assert.deepEqual(socket.takeSent().map(({ type }) => type), ["tick"]);
});

Deno.test("a socket that is behind for too many marks is closed as too slow", async () => {
  const { closeCode, watching, tick, quote, pass } = await startHub();
  const socket = await watching(["AAPL"]);
  socket.isStalled = true;
  await tick({ quotes: [quote("AAPL")] });
  for (let mark = 0; mark < marksMissedMax; mark++) {
    await pass(5_000);
    await tick({ quotes: [quote("AAPL")] });
  }
  assert.equal(await closeCode(socket), undefined);
  await pass(5_000);
  await tick({ quotes: [quote("AAPL")] });
  assert.equal(await closeCode(socket), closeCodes.tooSlow);
  assert.equal(socket.sent.length, 1);
});

Deno.test("a socket with too many unsent bytes is closed as too slow at once", async () => {
  const { closeCode, watching, tick, quote } = await startHub();
  const socket = await watching(["AAPL"]);
  socket.bufferedAmount = bufferedBytesMax + 1;
  await tick({ quotes: [quote("AAPL")] });
  assert.equal(await closeCode(socket), closeCodes.tooSlow);
});

Deno.test("a socket that reads no answers is closed as too slow", async () => {
  const { closeCode, watching } = await startHub();
  const socket = await watching(["AAPL"]);
  socket.bufferedAmount = bufferedBytesMax + 1;
  socket.receive({ type: "subscribe", tickers: ["AAPL"] });
  assert.equal(await closeCode(socket), closeCodes.tooSlow);
  assert.deepEqual(socket.sent, []);
});

/** More sockets than one chunk of a flush, the last two in its second chunk. */
async function startCrowd(symbols: string[], options: Parameters<typeof startHub>[0] = {}) {
  const harness = await startHub(options);
  const crowd: FakeSocket[] = [];
  while (crowd.length < chunkSize + 2) crowd.push(await harness.watching(symbols));
  return { ...harness, crowd };
}

Deno.test("a flush over many sockets pauses, and no socket gets an older version after a newer one", async () => {
  const { crowd, tick, quote, pass } = await startCrowd(["AAPL"]);
  const last = crowd.at(-1)!;
  const half = tick({ quotes: [quote("AAPL"), quote("MSFT")] });
  assert.equal(crowd[0]!.sent.length, 1);
  assert.equal(last.sent.length, 0, "the second chunk waits for its turn");
  const whole = tick({ quotes: [quote("AAPL", { asOf: startMs + 1 })] });
  last.receive({ type: "subscribe", tickers: ["MSFT"] });
  await Promise.all([half, whole]);
  await pass(50);
  const versions = last.takeSent().flatMap((message) => "seq" in message ? [message] : []);
  assert.deepEqual(versions.map(({ type, seq }) => [type, seq]), [["snapshot", 2], ["tick", 2]]);
  assert.deepEqual(ofType(versions, "tick")[0]?.quotes.map((quote) => quote.length), [7, 7]);
  for (const socket of crowd.slice(0, -1)) {
    assert.deepEqual(ofType(socket.takeSent(), "tick").map(({ seq }) => seq), [1, 2]);
  }
});

Deno.test("ticks during a flush are merged into one frame", async () => {
  const { crowd, tick, quote } = await startCrowd(["AAPL", "MSFT"]);
  const ticks = [
    tick({ quotes: [quote("AAPL"), quote("MSFT")] }),
    tick({ quotes: [quote("AAPL", { asOf: startMs + 1 })], unchanged: [ticker("MSFT")] }),
    tick({ quotes: [quote("MSFT", { asOf: startMs + 2 })], unchanged: [ticker("AAPL")] }),
  ];
  await Promise.all(ticks);
  const frames = ofType(crowd[0]!.takeSent(), "tick");
  assert.deepEqual(frames.map(({ seq }) => seq), [1, 3]);
  assert.deepEqual(frames[1]?.quotes.map(([name]) => name), ["AAPL", "MSFT"]);
});

Deno.test("a mark that waits together with newcomers is sent to every socket", async () => {
  const { crowd, tick, quote } = await startCrowd(["AAPL"]);
  await Promise.all([
    tick({ quotes: [quote("AAPL")] }),
    tick({ unchanged: [ticker("AAPL")] }),
    tick({ kind: "newcomers", quotes: [quote("MSFT")] }),
  ]);
  assert.deepEqual(ofType(crowd[0]!.takeSent(), "tick").map(({ seq }) => seq), [1, 3]);
});

Deno.test("a socket that unsubscribes or disconnects during a flush of newcomers is not sent them", async () => {
  const { crowd, tick, quote } = await startCrowd(["AAPL"]);
  const [leaving, gone] = crowd.slice(-2);
  const flushed = tick({ kind: "newcomers", quotes: [quote("AAPL")] });
  leaving!.receive({ type: "unsubscribe", tickers: ["AAPL"] });
  leaving!.receive({ type: "subscribe", tickers: ["MSFT"] });
  gone!.disconnect();
  await flushed;
  assert.deepEqual(leaving!.takeSent().map(({ type }) => type), ["snapshot"]);
  assert.deepEqual(gone!.sent, []);
  assert.equal(crowd[0]!.sent.length, 1);
});

Deno.test("a hello during a flush is not followed by the older tick", async () => {
  const { crowd, tick, pass } = await startCrowd(["AAPL"], { tokens: { good: identity("ann") } });
  const last = crowd.at(-1)!;
  const ticks = [tick(), tick()];
  last.receive({ type: "auth", token: "good" });
  await Promise.all(ticks);
  await pass(50);
  const seqs = last.takeSent().map((message) => "seq" in message ? message.seq : 0);
  assert.deepEqual(seqs, seqs.toSorted((a, b) => a - b));
  assert.equal(seqs.at(-1), 2);
});

Deno.test("a socket that was closed as too slow is not caught up", async () => {
  const { closeCode, watching, connectStock, tick, quote, pass, timerCount } = await startHub();
  const socket = await watching(["AAPL"]);
  const stream = await connectStock("AAPL");
  await tick({ quotes: [quote("AAPL")] });
  const timersBefore = timerCount();
  socket.bufferedAmount = stream.bufferedAmount = bufferedBytesMax + 1;
  await tick({ quotes: [quote("AAPL", { price: price("101") })] });
  assert.equal(await closeCode(socket), closeCodes.tooSlow);
  assert.equal(await closeCode(stream), closeCodes.tooSlow);
  await pass(2_000);
  assert.ok(timerCount() <= timersBefore + 2, "except for the wait for the end of each connection");
});

/** The quotes of a client that follows the protocol, after these messages. */
function clientView(messages: readonly ServerMessage[], view: Map<string, readonly unknown[]>) {
  for (const message of messages) {
    if (message.type !== "snapshot" && message.type !== "tick") continue;
    for (const quote of message.quotes) {
      const [name, price] = quote;
      const asOf = message.at - (quote.length === 3 ? quote[2] : quote[3]);
      if (quote.length === 3) {
        const [, , , previousClose, session, source, stale] = view.get(name) ?? [];
        view.set(name, [name, price, asOf, previousClose, session, source, stale]);
      } else {
        view.set(name, [name, price, asOf, quote[2], quote[4], quote[5], quote[6]]);
      }
    }
  }
}

Deno.test("whatever happens, a client that reads has the quotes of the mirror in the end, and versions never go back", async () => {
  const names = ["AAPL", "MSFT", "NVDA"];
  const step = fc.oneof(
    fc.record({
      kind: fc.constantFrom("mark" as const, "newcomers" as const),
      fates: fc.array(fc.constantFrom("price", "session", "same", "unread"), {
        minLength: 3,
        maxLength: 3,
      }),
    }),
    fc.record({ subscribe: fc.subarray(names) }),
    fc.record({ unsubscribe: fc.subarray(names) }),
    fc.record({ passMs: fc.constantFrom(60, 1_000, 6_000) }),
    fc.record({ stalled: fc.boolean() }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { connect, tick, quote, pass, bus } = await startHub();
      const socket = await connect();
      const subscribed = new Set<Ticker>();
      const view = new Map<string, readonly unknown[]>();
      let version = { epoch: 0, seq: 0 };
      let session: "open" | "post" = "open";
      let stepCount = 0;

      function read() {
        const messages = socket.takeSent();
        for (const message of messages) {
          if (!("seq" in message)) continue;
          assert.ok(compareVersions(message, version) >= 0, "a version went back");
          version = message;
        }
        clientView(messages, view);
      }

      for (const step of [...steps, { stalled: false }, { passMs: 1_000 }]) {
        stepCount++;
        if ("fates" in step) {
          if (step.fates.includes("session")) session = session === "open" ? "post" : "open";
          const named = names.filter((_, index) => /price|session/.test(step.fates[index]!));
          await tick({
            kind: step.kind,
            quotes: named.map((name) =>
              quote(name, { session, asOf: startMs + stepCount, price: price(String(stepCount)) })
            ),
            unchanged: names.filter((_, index) => step.fates[index] === "same").map(ticker),
          });
        } else if ("subscribe" in step) {
          socket.receive({ type: "subscribe", tickers: step.subscribe });
          for (const name of step.subscribe) subscribed.add(ticker(name));
        } else if ("unsubscribe" in step) {
          socket.receive({ type: "unsubscribe", tickers: step.unsubscribe });
          for (const name of step.unsubscribe) subscribed.delete(ticker(name));
        } else if ("passMs" in step) {
          await pass(step.passMs);
        } else if (step.stalled) {
          socket.isStalled = true;
        } else {
          socket.readAll();
        }
        await pass(0);
        read();
        if (!socket.isListening) return; // too slow, or too many messages
      }
      await tick();
      read();
      for (const quote of bus.latest(subscribed).quotes) {
        assert.deepEqual(view.get(quote.ticker), [
          quote.ticker,
          quote.price,
          quote.asOf,
          quote.previousClose ?? 0,
          quote.session,
          quote.source,
          quote.stale ? 1 : 0,
        ]);
      }
    }),
    { numRuns: 150 },
  );
});

Deno.test("the flush counts the frames it sent", async () => {
  const { watching, tick, quote, metrics } = await startHub();
  for (let count = 0; count < 3; count++) await watching(["AAPL"]);
  const before = (await metrics.framesSent.get()).values[0]!.value;
  await tick({ quotes: [quote("AAPL")] });
  assert.equal((await metrics.framesSent.get()).values[0]!.value - before, 3);
});

Deno.test("prices of a followed list and of subscribed tickers come in the same frames", async () => {
  const { connect, tick, quote } = await startHub({ lists: { ann: [list("one", ["AAPL"])] } });
  const socket = await connect({ user: identity("ann") });
  socket.receive({ type: "subscribe", tickers: ["MSFT"] });
  socket.takeSent();
  await tick({ quotes: [quote("AAPL"), quote("MSFT")] });
  assert.equal(socket.sent.length, 1);
  assert.equal(ofType(socket.takeSent(), "tick")[0]?.quotes.length, 2);
});
