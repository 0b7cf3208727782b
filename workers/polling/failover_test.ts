import assert from "node:assert/strict";
import { ticker } from "../../lib/bus/bus_fixtures.ts";
import type { CallLimit, FetchOutcome, QuoteSource } from "../../lib/sources/source.ts";
import { createPollerRig, minute, priced, startCron } from "../../tests/support/poller_rig.ts";
import { createUpstreams } from "../upstream/create_upstreams.ts";

const watched = ["A", "B", "C", "D"];
const down: FetchOutcome = { kind: "failed", failure: "server_error", detail: "Status 500" };

/** A poller over two sources: the first bills calls of two tickers, the second single symbols. */
async function open({ limits = [] as CallLimit[] } = {}) {
  const rig = createPollerRig({ batchSize: 2 });
  const standInCalls: { at: number; tickers: readonly string[] }[] = [];
  const standIn: QuoteSource = {
    ...rig.source,
    name: "stand-in",
    cost: "symbol",
    batchSize: 1,
    fetchQuotes(tickers) {
      standInCalls.push({ at: rig.timers.now, tickers });
      return Promise.resolve(priced(tickers, 2_000_000));
    },
  };
  const upstreams = createUpstreams([{ ...rig.source, limits }, standIn], {
    ...rig,
    pollIntervalMs: 5_000,
  });
  await rig.watch(watched);
  const poller = rig.openPoller({ upstreams });
  void poller.openWindow();
  startCron(rig, { poller, jittersMs: [0] });
  await rig.pass(0);
  const sources = () =>
    rig.bus.latest(watched.map(ticker)).quotes.map((quote) => quote.source).join(" ");
  return { ...rig, upstreams, standInCalls, sources };
}

Deno.test("when the first source fails, the same tick has the prices of the second, and names it", async () => {
  const rig = await open();
  assert.equal(rig.sources(), "fake fake fake fake");
  rig.source.answer = () => down;
  await rig.pass(5_000);
  const tick = rig.ticks.at(-1);
  assert.deepEqual(tick?.quotes.map((quote) => [quote.ticker, quote.source]), [
    ["A", "stand-in"],
    ["B", "stand-in"],
    ["C", "stand-in"],
    ["D", "stand-in"],
  ]);
  assert.equal(tick?.at, minute + 5_000);
  assert.deepEqual(rig.standInCalls.map(({ tickers }) => tickers), [["A"], ["B"], ["C"], ["D"]]);
  await rig.close();
});

Deno.test("the first source is tried with one batch after 5, 10, 20, 30 seconds, and used again when it works", async () => {
  const rig = await open();
  const { answer } = rig.source;
  rig.source.answer = () => down;
  await rig.pass(66_000);
  const tries = rig.offsets(rig.source.calls).filter((offset) => offset > 0);
  assert.deepEqual(tries, [5_000, 5_000, 10_000, 20_000, 40_000]);
  assert.ok(rig.sources().startsWith("stand-in"));
  rig.source.answer = answer;
  await rig.pass(15_000);
  assert.equal(rig.sources(), "fake fake fake fake");
  const standInCalls = rig.standInCalls.length;
  await rig.pass(20_000);
  assert.equal(rig.standInCalls.length, standInCalls);
  await rig.close();
});

Deno.test("when the first source has used up its limit for the day, the second stands in", async () => {
  const rig = await open({ limits: [{ calls: 40, windowMs: 86_400_000 }] });
  const { ledger } = rig.upstreams.primary;
  ledger.learn([{ windowMs: 86_400_000, calls: [[minute, 40]] }]);
  await rig.pass(5_000);
  const calls = rig.source.calls.length;
  await rig.pass(60_000);
  assert.equal(rig.source.calls.length, calls);
  assert.equal(rig.sources(), "stand-in stand-in stand-in stand-in");
  await rig.pass(2 * 60_000);
  assert.equal(rig.ticks.at(-1)?.tickMs, 5_000, "the cadence is the second one's");
  await rig.close();
});
