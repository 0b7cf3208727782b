import assert from "node:assert/strict";
import { ticker } from "../../lib/bus/bus_fixtures.ts";
import type { FetchOutcome } from "../../lib/sources/source.ts";
import { createPollerRig, startCron } from "../../tests/support/poller_rig.ts";

/** A poller over a source that follows the exchange; the clock starts at `from`. */
async function open(from: string, watched: string[]) {
  const rig = createPollerRig({ startMs: Date.parse(from) });
  const source = { ...rig.source, hours: "exchange" as const };
  if (watched.length > 0) await rig.watch(watched);
  const poller = rig.openPoller({ source });
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
