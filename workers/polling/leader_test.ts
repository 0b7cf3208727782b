import assert from "node:assert/strict";
import { interest, ticker } from "../../lib/bus/bus_fixtures.ts";
import type { FetchFailure, FetchOutcome } from "../../lib/sources/source.ts";
import { createPollerRig, minute, priced } from "../../tests/support/poller_rig.ts";

async function open({ watched = [] as string[], batchSize = 50 } = {}) {
  const rig = createPollerRig({ batchSize });
  if (watched.length > 0) await rig.watch(watched);
  void rig.openPoller().openWindow();
  await rig.pass(0);
  return rig;
}

const failed = (failure: FetchFailure, retryAfterMs?: number): FetchOutcome => ({
  kind: "failed",
  failure,
  detail: "On purpose.",
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});

Deno.test("without viewers there is no call, only a heartbeat every half minute", async () => {
  const rig = await open();
  await rig.pass(59_000);
  assert.deepEqual(rig.source.calls, []);
  assert.deepEqual(rig.offsets(rig.ticks), [0, 30_000]);
  assert.ok(rig.ticks.every(({ at, nextAt, quotes }) => nextAt === at + 30_000 && !quotes.length));
  await rig.close();
});

Deno.test("when the last viewer leaves, the promised tick still comes", async () => {
  const rig = createPollerRig();
  await rig.bus.want("hub", interest({ signedIn: ["AAPL"] }));
  void rig.openPoller().openWindow();
  await rig.pass(6_000);
  await rig.bus.want("hub", interest({}));
  await rig.pass(40_000);
  assert.deepEqual(rig.offsets(rig.ticks), [0, 5_000, 10_000, 40_000]);
  assert.equal(rig.source.calls.length, 2);
  await rig.close();
});

Deno.test("a tick carries the quotes that changed and names the tickers that did not", async () => {
  const rig = createPollerRig();
  rig.source.answer = (tickers) => ({
    kind: "ok",
    quotes: tickers.map((symbol) => ({
      ticker: symbol,
      price: (symbol === "AAPL" ? 10_000 : 10_000 + rig.source.calls.length) as never,
    })),
    faults: [],
  });
  await rig.watch(["AAPL", "MSFT"]);
  void rig.openPoller().openWindow();
  await rig.pass(5_000);
  const [first, second] = rig.ticks;
  assert.deepEqual(first?.quotes.map((quote) => quote.ticker), ["AAPL", "MSFT"]);
  assert.deepEqual(second?.quotes.map((quote) => quote.ticker), ["MSFT"]);
  assert.deepEqual(second?.unchanged, ["AAPL"]);
  assert.equal(second?.unchangedAsOf, second?.at);
  await rig.close();
});

Deno.test("a mark that comes while a tick is being published has a tick of its own", async () => {
  const rig = createPollerRig({ startMs: minute + 4_950 });
  await rig.watch(["AAPL"]);
  async function publish(...tick: Parameters<typeof rig.bus.publish>) {
    await rig.clock.sleep(100);
    return await rig.bus.publish(...tick);
  }
  void rig.openPoller({ bus: { ...rig.bus, publish } }).openWindow();
  await rig.pass(6_000);
  assert.deepEqual(rig.offsets(rig.ticks), [4_950, 5_050, 10_000]);
  assert.equal(rig.source.calls.length, 3);
  await rig.close();
});

Deno.test("a leader that was frozen makes no call once its lease has expired, even before a timer notices it", async () => {
  const rig = createPollerRig();
  await rig.watch(["AAPL"]);
  const answers = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let reads = 0;
  async function wanted() {
    await answers[reads++]?.promise;
    return await rig.bus.wanted();
  }
  void rig.openPoller({ bus: { ...rig.bus, wanted } }).openWindow();
  answers[0]?.resolve();
  await rig.pass(5_000);
  assert.deepEqual([reads, rig.source.calls.length], [2, 1]);
  // The clock moves on, the timers are late.
  rig.timers.setSystemTime(rig.timers.now + 7_000);
  answers[1]?.resolve();
  await rig.pass(0);
  assert.equal(rig.source.calls.length, 1);
  await rig.close();
});

Deno.test("newcomers are fetched at once, those of the same second together, at most one call a second", async () => {
  const rig = await open();
  await rig.pass(1_000);
  await rig.watch(["A"], { newcomers: ["A"] });
  for (const symbol of ["B", "C", "D"]) {
    await rig.pass(200);
    await rig.watch(["A", "B", "C", "D"], { newcomers: [symbol] });
  }
  await rig.pass(3_000);
  assert.deepEqual(rig.offsets(rig.source.calls), [1_000, 2_000]);
  assert.deepEqual(rig.source.calls.map(({ tickers }) => tickers), [["A"], ["B", "C", "D"]]);
  const [, ...ticks] = rig.ticks;
  assert.deepEqual(ticks.map(({ kind, seq }) => [kind, seq]), [["newcomers", 2], ["newcomers", 3]]);
  assert.ok(ticks.every(({ at, nextAt }) => nextAt % 5_000 === 0 && nextAt - at <= 5_000));
  await rig.pass(1_000);
  assert.equal(rig.ticks.at(-1)?.kind, "mark");
  await rig.close();
});

Deno.test("a newcomer with a fresh price needs no call", async () => {
  const rig = await open({ watched: ["A"] });
  await rig.pass(1_000);
  await rig.watch(["A", "B"], { newcomers: ["A"] });
  await rig.pass(1_000);
  assert.equal(rig.source.calls.length, 1);
  await rig.close();
});

Deno.test("during a slow poll newcomers are neither lost nor asked for twice", async () => {
  const rig = await open({ watched: ["A", "B"] });
  rig.source.answer = async (tickers) => {
    await rig.clock.sleep(tickers.includes(ticker("A")) ? 3_000 : 1_500);
    return priced(tickers, 20_000);
  };
  await rig.pass(5_100);
  await rig.bus.want("page", interest({ signedIn: ["B", "N"] }), {
    newcomers: interest({ signedIn: ["B", "N"] }),
  });
  await rig.pass(500);
  await rig.bus.want("page", interest({ signedIn: ["B", "N", "M"] }), {
    newcomers: interest({ signedIn: ["N", "M"] }),
  });
  await rig.pass(3_900);
  const calls = rig.source.calls.slice(1).map(({ at, tickers }) => [at % 60_000, tickers]);
  assert.deepEqual(calls, [[5_000, ["A", "B"]], [5_100, ["N"]], [6_100, ["M"]]]);
  const published = rig.ticks.slice(1).map(({ kind, quotes }) => [kind, quotes.length]);
  assert.deepEqual(published, [["newcomers", 1], ["newcomers", 1], ["mark", 2]]);
  await rig.close();
});

Deno.test("a newcomer that waits for the next second is read by a mark that comes first", async () => {
  const rig = await open({ watched: ["A"] });
  rig.source.answer = () => ({ kind: "ok", quotes: [], faults: [] });
  await rig.pass(4_200);
  await rig.watch(["A", "N"], { newcomers: ["N"] });
  await rig.pass(400);
  await rig.watch(["A", "N", "M"], { newcomers: ["M"] });
  await rig.pass(5_000);
  const calls = rig.source.calls.slice(1).map(({ tickers }) => tickers);
  assert.deepEqual(calls, [["N"], ["A", "N", "M"]]);
  await rig.close();
});

Deno.test("a new leader's poll that lasts past the next mark serves that mark too", async () => {
  const rig = createPollerRig({ startMs: minute + 4_800 });
  await rig.watch(["A"]);
  rig.source.answer = async (tickers) => {
    await rig.clock.sleep(700);
    return priced(tickers, 20_000);
  };
  void rig.openPoller().openWindow();
  await rig.pass(12_000);
  assert.deepEqual(rig.offsets(rig.source.calls), [4_800, 10_000, 15_000]);
  await rig.close();
});

Deno.test("a newcomer whose call is under way at the mark is not asked for twice", async () => {
  const rig = await open({ watched: ["A"] });
  rig.source.answer = async (tickers) => {
    await rig.clock.sleep(1_000);
    return priced(tickers, 20_000);
  };
  await rig.pass(4_500);
  await rig.watch(["A", "N"], { newcomers: ["N"] });
  await rig.pass(1_500);
  const calls = rig.source.calls.slice(1).map(({ tickers }) => tickers);
  assert.deepEqual(calls, [["N"], ["A"]]);
  await rig.pass(4_000);
  assert.deepEqual(rig.source.calls.at(-1)?.tickers, ["A", "N"]);
  await rig.close();
});

Deno.test("a failing source is asked 5, 10, 20 and then 30 seconds later; every mark still ticks", async () => {
  const rig = createPollerRig();
  await rig.watch(["A"]);
  rig.source.answer = () => failed("server_error");
  const poller = rig.openPoller();
  void poller.openWindow();
  await rig.pass(59_600);
  void poller.openWindow();
  await rig.pass(60_400);
  assert.deepEqual(rig.offsets(rig.source.calls), [0, 5_000, 15_000, 35_000, 65_000, 95_000]);
  assert.equal(rig.ticks.length, 24);
  assert.ok(rig.ticks.every(({ quotes, unchanged }) => quotes.length + unchanged.length === 0));
  await rig.close();
});

Deno.test("a failure does not repeat for newcomers while backing off; success ends it", async () => {
  const rig = await open({ watched: ["A"] });
  const { answer } = rig.source;
  rig.source.answer = () => failed("network");
  await rig.pass(11_000);
  assert.deepEqual(rig.offsets(rig.source.calls), [0, 5_000, 10_000]);
  await rig.watch(["A", "N"], { newcomers: ["N"] });
  await rig.pass(8_000);
  assert.equal(rig.source.calls.length, 3);
  rig.source.answer = answer;
  await rig.pass(7_000);
  assert.deepEqual(rig.offsets(rig.source.calls), [0, 5_000, 10_000, 20_000, 25_000]);
  assert.equal(rig.ticks.at(-1)?.quotes.length, 2);
  await rig.close();
});

Deno.test("a provider that sends Retry-After is not asked before that time", async () => {
  const rig = await open({ watched: ["A"] });
  const { answer } = rig.source;
  rig.source.answer = () => failed("rate_limited", 22_000);
  await rig.pass(5_000);
  rig.source.answer = answer;
  await rig.pass(30_000);
  assert.deepEqual(rig.offsets(rig.source.calls), [0, 5_000, 30_000, 35_000]);
  await rig.close();
});

Deno.test("one batch of several fails: the others are published and asked again at the next mark", async () => {
  const rig = createPollerRig({ batchSize: 2 });
  await rig.watch(["A", "B", "C", "D", "E"]);
  rig.source.answer = (tickers) =>
    tickers.includes(ticker("C"))
      ? failed("timeout")
      : priced(tickers, 10_000 + rig.source.calls.length);
  void rig.openPoller().openWindow();
  await rig.pass(10_000);
  assert.equal(rig.source.calls.length, 9);
  for (const { quotes } of rig.ticks) {
    assert.deepEqual(quotes.map((quote) => quote.ticker), ["A", "B", "E"]);
  }
  await rig.close();
});

Deno.test("a price that is no longer read turns stale while the ticks go on", async () => {
  const rig = await open({ watched: ["A"] });
  rig.source.answer = () => failed("unauthorized");
  await rig.pass(12_000);
  assert.equal(rig.bus.latest([ticker("A")]).quotes[0]?.stale, true);
  assert.equal(rig.bus.latest([]).at % 60_000, 10_000);
  await rig.close();
});

Deno.test("the watched tickers, calls and ticks are counted", async () => {
  const rig = await open({ watched: ["A", "B"] });
  await rig.pass(5_000);
  const { metrics } = rig;
  assert.equal((await metrics.watchedTickers.get()).values[0]?.value, 2);
  assert.equal((await metrics.cadence.get()).values[0]?.value, 5);
  assert.deepEqual((await metrics.upstreamCalls.get()).values, [
    { value: 2, labels: { source: "fake", outcome: "ok" } },
  ]);
  assert.deepEqual((await metrics.ticksPublished.get()).values, [
    { value: 2, labels: { kind: "mark" } },
  ]);
  await rig.close();
});
