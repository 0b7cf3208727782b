import assert from "node:assert/strict";
import { ticker } from "../../lib/bus/bus_fixtures.ts";
import { marketOf } from "../../lib/securities/known/market_of.ts";
import type { FetchOutcome } from "../../lib/sources/source.ts";
import { createPollerRig, startCron } from "../../tests/support/poller_rig.ts";

/** A poller over a source that follows the exchange; the clock starts at `from`. */
async function open(from: string, watched: string[]) {
  const rig = createPollerRig({ startMs: Date.parse(from) });
  const source = { ...rig.source, hours: "exchange" as const };
  if (watched.length > 0) await rig.watch(watched);
  const poller = rig.openPoller({ source, marketOf: (ticker) => marketOf({ ticker }) });
  void poller.openWindow();
  startCron(rig, { poller, jittersMs: [0] });
  await rig.pass(0);
  const since = Date.parse(from);
  return {
    ...rig,
    callsAt: () => rig.source.calls.map(({ at }) => (at - since) / 1_000),
    quote: (symbol: string) => rig.bus.latest([ticker(symbol)]).quotes[0],
  };
}

Deno.test("after the close each price is read once more, then no call until the market opens", async () => {
  const rig = await open("2026-03-11T19:59:50-04:00", ["A", "B"]);
  await rig.pass(10_000);
  assert.equal(rig.quote("A")?.session, "closed");
  await rig.pass(8 * 3_600_000 - 11_000);
  assert.deepEqual(rig.callsAt(), [0, 5, 10]);
  assert.deepEqual([rig.quote("A")?.session, rig.quote("A")?.stale], ["closed", false]);
  const beats = rig.ticks.slice(4).map(({ at, nextAt }) => nextAt - at);
  assert.ok(beats.length > 900 && beats.every((ms) => ms === 30_000), "heartbeats go on");
  await rig.pass(15_000);
  assert.ok(rig.callsAt().length > 3);
  assert.equal(rig.quote("A")?.session, "pre");
  await rig.close();
});

Deno.test("a closing price that could not be read is asked for again until it is read", async () => {
  const rig = await open("2026-03-11T19:59:55-04:00", ["A"]);
  const { answer } = rig.source;
  rig.source.answer = () => ({ kind: "failed", failure: "network", detail: "On purpose." });
  await rig.pass(21_000);
  assert.equal(rig.quote("A")?.session, "post");
  rig.source.answer = answer;
  await rig.pass(40_000);
  assert.equal(rig.quote("A")?.session, "closed");
  const calls = rig.callsAt().length;
  await rig.pass(3_600_000);
  assert.equal(rig.callsAt().length, calls);
  await rig.close();
});

Deno.test("on a weekend a ticker without its closing price is asked for once, even if there is no price", async () => {
  const rig = await open("2026-03-14T12:00:00-04:00", ["A", "NONE"]);
  rig.source.answer = (tickers): FetchOutcome => ({
    kind: "ok",
    quotes: [],
    faults: tickers.map((symbol) => ({ ticker: symbol, fault: "missing" })),
  });
  await rig.watch(["A", "NONE", "N"], { newcomers: ["N"] });
  await rig.pass(3_600_000);
  const asked = rig.source.calls.flatMap(({ tickers }) => tickers);
  assert.deepEqual(asked.toSorted(), ["A", "N", "NONE"]);
  await rig.close();
});

Deno.test("each price carries the session it was read in, early closes included", async () => {
  for (
    const [time, session] of [
      ["2026-11-27T09:29:00-05:00", "pre"],
      ["2026-11-27T12:59:00-05:00", "open"],
      ["2026-11-27T13:00:00-05:00", "post"],
      ["2026-11-27T17:00:00-05:00", "closed"],
    ] as const
  ) {
    const rig = await open(time, ["A"]);
    assert.equal(rig.quote("A")?.session, session, time);
    await rig.close();
  }
});

Deno.test("the session that a source sends with a price is used", async () => {
  const rig = await open("2026-03-11T12:00:00-04:00", []);
  const { answer } = rig.source;
  rig.source.answer = async (tickers) => {
    const outcome = await answer(tickers);
    assert.ok(outcome.kind === "ok");
    return { ...outcome, quotes: outcome.quotes.map((quote) => ({ ...quote, session: "closed" })) };
  };
  await rig.watch(["A"], { newcomers: ["A"] });
  await rig.pass(1_000);
  assert.equal(rig.quote("A")?.session, "closed");
  await rig.close();
});

Deno.test("while one market is open, the closed ones cost no call: on a Saturday crypto alone is read on", async () => {
  const all = ["AAPL", "BTC-USD", "EURUSD=X", "VOD.L"];
  const rig = await open("2026-03-14T12:00:00-04:00", all);
  await rig.pass(20_000);
  const [first, ...rest] = rig.source.calls.map(({ tickers }) => tickers);
  assert.deepEqual(first?.toSorted(), all);
  assert.equal(rest.length, 4);
  assert.ok(rest.every((tickers) => tickers.join() === "BTC-USD"));
  assert.deepEqual(all.map((symbol) => rig.quote(symbol)?.session), [
    "closed",
    "open",
    "closed",
    "closed",
  ]);
  await rig.pass(3_600_000);
  assert.ok(all.every((symbol) => !rig.quote(symbol)?.stale), "closed prices are not stale");
  await rig.close();
});

Deno.test("each market is read by its own hours: from Sunday evening in New York on currencies, later shares elsewhere and at home", async () => {
  const rig = await open("2026-03-15T16:59:55-04:00", ["AAPL", "EURUSD=X", "VOD.L"]);
  const readIn = async (ms: number) => {
    const before = rig.source.calls.length;
    await rig.pass(ms);
    const asked = rig.source.calls.slice(before).flatMap(({ tickers }) => tickers);
    return [...new Set<string>(asked)].sort();
  };
  await rig.pass(1_000);
  // 17:00 in New York.
  assert.deepEqual(await readIn(60_000), ["EURUSD=X"]);
  await rig.pass(3 * 3_600_000);
  // After 20:00, which is midnight UTC.
  assert.deepEqual(await readIn(60_000), ["EURUSD=X", "VOD.L"]);
  await rig.pass(8 * 3_600_000);
  // After 4:00.
  assert.deepEqual(await readIn(60_000), ["AAPL", "EURUSD=X", "VOD.L"]);
  assert.deepEqual(rig.quote("AAPL")?.session, "pre");
  await rig.close();
});

Deno.test("a day's budget lasts the weekend of one who watches crypto", async () => {
  const from = "2026-03-14T00:00:00Z";
  const rig = createPollerRig({ startMs: Date.parse(from) });
  const limits = [{ calls: 2_000, windowMs: 86_400_000 }];
  await rig.watch(["AAPL", "BTC-USD"]);
  const poller = rig.openPoller({
    source: { ...rig.source, hours: "exchange", limits },
    marketOf: (ticker) => marketOf({ ticker }),
  });
  void poller.openWindow();
  startCron(rig, { poller, jittersMs: [0] });
  await rig.pass(23 * 3_600_000);
  const calls = rig.source.calls.length;
  await rig.pass(1_800_000);
  assert.ok(calls < 2_000 && rig.source.calls.length > calls, `${calls} calls in 23 hours`);
  await rig.close();
});
