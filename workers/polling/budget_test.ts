import fc from "fast-check";
import assert from "node:assert/strict";
import { interest } from "../../lib/bus/bus_fixtures.ts";
import type { Ticker } from "../../lib/quote.ts";
import type { CallLimit, CostUnit, FetchOutcome } from "../../lib/sources/source.ts";
import {
  breakable,
  createPollerRig,
  minute,
  priced,
  startCron,
} from "../../tests/support/poller_rig.ts";
import type { PollerOptions } from "../poll_quotes.ts";

const minuteMs = 60_000;
const perMinute = (calls: number): CallLimit[] => [{ calls, windowMs: minuteMs }];

interface Options {
  readonly limits: readonly CallLimit[];
  readonly batchSize?: number;
  readonly cost?: CostUnit;
  readonly startMs?: number;
}

/** A poller over a source with a budget; windows open each minute as by cron. */
function open({ limits, cost = "call", batchSize = 1, startMs = minute }: Options) {
  const rig = createPollerRig({ batchSize, startMs });
  function start(options: Partial<PollerOptions> = {}) {
    const poller = rig.openPoller({ source: { ...rig.source, cost, limits }, ...options });
    void poller.openWindow();
    startCron(rig, { poller, jittersMs: [20] });
    return poller;
  }
  return { ...rig, start };
}

const names = (count: number, letter = "T") =>
  Array.from({ length: count }, (_, index) => `${letter}${index}`);

function spentWithin(
  calls: readonly { at: number; tickers: readonly unknown[] }[],
  { cost, spanMs }: { cost: CostUnit; spanMs: number },
): number {
  const totals = calls.map(({ at: from }) =>
    calls.filter(({ at }) => at >= from && at < from + spanMs)
      .reduce((sum, { tickers }) => sum + (cost === "symbol" ? tickers.length : 1), 0)
  );
  return Math.max(0, ...totals);
}

Deno.test("the cadence slows down before the limit is reached, and every tick carries the cadence", async () => {
  for (const [calls, cadenceMs] of [[14, 5_000], [8, 10_000], [6, 10_000], [3, 30_000]] as const) {
    const rig = open({ limits: perMinute(calls) });
    await rig.watch(["A"]);
    rig.start();
    await rig.pass(10 * minuteMs);
    const ticks = rig.ticks.slice(1);
    assert.ok(ticks.every(({ tickMs }) => tickMs === cadenceMs), `${calls} calls a minute`);
    assert.ok(ticks.every(({ at, nextAt }) => nextAt - at <= cadenceMs + 1_000));
    assert.ok(spentWithin(rig.source.calls, { cost: "call", spanMs: minuteMs }) <= calls);
    const marks = 10 * minuteMs / cadenceMs;
    assert.ok(rig.source.calls.length >= 0.85 * marks, `${rig.source.calls.length} of ${marks}`);
    assert.equal((await rig.metrics.cadence.get()).values[0]?.value, cadenceMs / 1_000);
    await rig.close();
  }
});

Deno.test("when fewer tickers are watched, the cadence recovers, at the marks of the wall clock", async () => {
  const rig = open({ limits: perMinute(20) });
  await rig.watch(names(4));
  rig.start();
  await rig.pass(2 * minuteMs);
  assert.equal(rig.ticks.at(-1)?.tickMs, 30_000);
  await rig.watch(names(1));
  await rig.pass(3 * minuteMs);
  assert.equal(rig.ticks.at(-1)?.tickMs, 5_000);
  const late = rig.ticks.map(({ at, tickMs }) => at % tickMs);
  assert.ok(late.slice(1).every((ms) => ms <= 1_000), `${late}`);
  await rig.close();
});

Deno.test("if 30 seconds are too fast for the budget, tickers of signed-in viewers go first and the others take turns", async () => {
  const rig = open({ limits: perMinute(20), cost: "symbol", batchSize: 10 });
  const [signedIn, anonymous] = [names(3, "S"), names(12, "A")];
  const want = () => rig.bus.want("hub", interest({ signedIn, anonymous }));
  rig.timers.setInterval(() => void want(), 10_000);
  await want();
  rig.start();
  await rig.pass(10 * minuteMs);
  const count = (symbol: string) =>
    rig.source.calls.filter(({ tickers }) => tickers.some((ticker) => ticker === symbol)).length;
  const [first, others] = [signedIn.map(count), anonymous.map(count)];
  assert.ok(Math.min(...first) >= 17, `${first}`);
  assert.ok(Math.min(...others) >= 7, `${others}`);
  assert.ok(Math.max(...others) - Math.min(...others) <= 2, `${others}`);
  assert.ok(spentWithin(rig.source.calls, { cost: "symbol", spanMs: minuteMs }) <= 20);
  await rig.close();
});

Deno.test("if the tickers of signed-in viewers alone exceed the budget, they take turns too", async () => {
  const rig = open({ limits: perMinute(8), cost: "symbol", batchSize: 120 });
  await rig.watch(names(24));
  rig.start();
  await rig.pass(12 * minuteMs);
  const counts = names(24).map((symbol) =>
    rig.source.calls.filter(({ tickers }) => tickers.some((ticker) => ticker === symbol)).length
  );
  assert.ok(
    Math.min(...counts) >= 2 && Math.max(...counts) - Math.min(...counts) <= 1,
    `${counts}`,
  );
  await rig.close();
});

Deno.test("beside 50 accounts that want 200 tickers each, a short list keeps the cadence, and every ticker has its turn", async () => {
  const rig = open({ limits: perMinute(24), batchSize: 50 });
  const own = names(10, "OWN");
  const others = names(10_000, "T");
  const ranks = new Map([
    ...own.map((symbol, place) => [symbol as Ticker, 10 + place] as const),
    ...others.map((symbol, place) => [symbol as Ticker, 200 + place % 200] as const),
  ]);
  const want = () => rig.bus.want("hub", { ...interest({ signedIn: [...others, ...own] }), ranks });
  rig.timers.setInterval(() => void want(), 10_000);
  await want();
  rig.start();
  await rig.pass(minuteMs);
  const from = rig.source.calls.length;
  await rig.pass(5 * minuteMs);
  const counts = new Map<string, number>();
  for (const { tickers } of rig.source.calls.slice(from)) {
    for (const ticker of tickers) counts.set(ticker, (counts.get(ticker) ?? 0) + 1);
  }
  for (const symbol of own) assert.ok((counts.get(symbol) ?? 0) >= 55, `${counts.get(symbol)}`);
  assert.ok(rig.ticks.slice(-50).every(({ tickMs }) => tickMs === 5_000));
  assert.ok(spentWithin(rig.source.calls, { cost: "call", spanMs: minuteMs }) <= 24);
  const read = others.filter((symbol) => counts.has(symbol));
  assert.ok(read.length >= 4_000, `${read.length} of the others were read`);
  await rig.close();
});

Deno.test("a long list of nobody else's is polled as before: as fast as the budget allows all of it", async () => {
  const rig = open({ limits: perMinute(24), batchSize: 50 });
  const own = names(150);
  const ranks = new Map(own.map((symbol, place) => [symbol as Ticker, 150 + place] as const));
  rig.timers.setInterval(
    () => void rig.bus.want("hub", { ...interest({ signedIn: own }), ranks }),
    1_000,
  );
  rig.start();
  await rig.pass(5 * minuteMs);
  assert.equal(rig.ticks.at(-1)?.tickMs, 10_000);
  assert.equal(rig.bus.latest(own as Ticker[]).quotes.filter(({ stale }) => stale).length, 0);
  await rig.close();
});

Deno.test("newcomers have a reserve of calls, and never exceed the limit", async () => {
  const rig = open({ limits: perMinute(12) });
  await rig.watch(["A"]);
  rig.start();
  await rig.pass(minuteMs + 3_000);
  const arrivals = names(20, "N");
  for (const [index, symbol] of arrivals.entries()) {
    await rig.watch(["A", ...arrivals.slice(0, index + 1)], { newcomers: [symbol] });
    await rig.pass(1_000);
  }
  const prompt = rig.source.calls.find(({ tickers }) => tickers.some((ticker) => ticker === "N0"));
  assert.ok(prompt && prompt.at - minute <= minuteMs + 3_100, "the first is fetched at once");
  await rig.pass(5 * minuteMs);
  assert.ok(spentWithin(rig.source.calls, { cost: "call", spanMs: minuteMs }) <= 12);
  const read = new Set(rig.source.calls.flatMap(({ tickers }) => tickers));
  assert.equal(read.size, 21, "the others had their turn at the marks");
  await rig.close();
});

Deno.test("a new leader counts the calls of the former leader", async () => {
  const rig = open({ limits: perMinute(14) });
  await rig.watch(["A"]);
  const first = rig.start();
  rig.start();
  await rig.pass(2 * minuteMs);
  await first.stop();
  const stoppedAt = rig.timers.now;
  await rig.pass(3 * minuteMs);
  assert.ok(spentWithin(rig.source.calls, { cost: "call", spanMs: minuteMs }) <= 14);
  const later = rig.source.calls.filter(({ at }) => at >= stoppedAt);
  assert.ok(later.length >= 25, `${later.length} calls after the change`);
  assert.equal(new Set(rig.ticks.map(({ epoch }) => epoch)).size, 2);
  await rig.close();
});

Deno.test("failed calls count for the next leader too, although no tick has a price of them", async () => {
  const rig = open({ limits: perMinute(2) });
  rig.source.answer = () => ({ kind: "failed", failure: "server_error", detail: "On purpose." });
  const { state, bus } = breakable(rig.bus);
  rig.start({ bus });
  rig.start();
  await rig.pass(7_000);
  await rig.watch(["A"], { newcomers: ["A"] });
  await rig.pass(1_000);
  // From now on the leader can publish nothing.
  state.isHanging = true;
  await rig.pass(59_000);
  assert.equal(
    new Set(rig.ticks.map(({ epoch }) => epoch)).size,
    2,
    "the other one has taken over",
  );
  assert.ok(spentWithin(rig.source.calls, { cost: "call", spanMs: minuteMs }) <= 2);
  await rig.close();
});

Deno.test("a published tick reserves each call before it is made, so that the next leader counts it", async () => {
  const rig = open({ limits: perMinute(14) });
  const reported = new Map<number, number>();
  const calls = () => rig.source.calls.length;
  await rig.watch(["A"]);
  rig.source.answer = (tickers) => {
    const { spent = [] } = rig.bus.latest([]);
    const total = spent.flatMap((one) => one.calls).reduce((sum, [, amount]) => sum + amount, 0);
    reported.set(calls(), total);
    return priced(tickers, 1_000_000 + calls());
  };
  rig.start();
  await rig.pass(12_000);
  await rig.watch(["A", "B"], { newcomers: ["B"] });
  await rig.pass(20_000);
  assert.ok(calls() >= 8);
  for (const [made, total] of reported) {
    assert.ok(total >= made, `${total} reported before call ${made}`);
  }
  await rig.close();
});

Deno.test("after a leader that does not report its calls, the next one waits a minute", async () => {
  const rig = open({ limits: perMinute(10) });
  const lease = await rig.bus.lease.take("stranger", { ttlMs: 3_000, seenEpoch: 0 });
  assert.ok(lease);
  const { epoch } = lease;
  const at = rig.timers.now;
  const rest = { kind: "mark", tickMs: 5_000, quotes: [], unchanged: [] } as const;
  await rig.bus.publish({ ...rest, epoch, seq: 1, at, nextAt: at + 5_000 }, lease);
  await rig.watch(["A"]);
  rig.start();
  await rig.pass(3 * minuteMs);
  const [first] = rig.source.calls;
  assert.ok(first && first.at >= at + minuteMs && first.at <= at + minuteMs + 31_000);
  await rig.close();
});

Deno.test("while a provider fails, one batch at a time tests it; when it works again, all batches follow at once", async () => {
  const rig = open({ limits: [], batchSize: 5 });
  const { answer } = rig.source;
  rig.source.answer = () => ({ kind: "failed", failure: "server_error", detail: "Status 500" });
  await rig.watch(names(100));
  rig.start();
  await rig.pass(4_000);
  assert.equal(rig.source.calls.length, 8, "no more than run at once");
  await rig.pass(12_000);
  assert.equal(rig.source.calls.length, 8 + 2, "then one a try");
  rig.source.answer = answer;
  await rig.pass(20_000);
  assert.equal(rig.ticks.at(-1)?.quotes.length, 100);
  await rig.close();
});

const failures = fc.constantFrom("ok", "server_error", "rate_limited", "slow", "hanging");
const minuteOfLife = fc.record({
  watched: fc.integer({ min: 0, max: 60 }),
  newcomers: fc.integer({ min: 0, max: 3 }),
  provider: failures,
  changesLeader: fc.boolean(),
});

Deno.test("whatever is watched, fails or changes, no minute and no day exceeds the budget", async () => {
  const scenario = fc.record({
    calls: fc.integer({ min: 1, max: 40 }),
    callsPerDay: fc.integer({ min: 5, max: 200 }),
    cost: fc.constantFrom<CostUnit>("call", "symbol"),
    batchSize: fc.integer({ min: 1, max: 20 }),
    minutes: fc.array(minuteOfLife, { minLength: 4, maxLength: 10 }),
  });
  const property = fc.asyncProperty(scenario, async (options) => {
    const { calls, callsPerDay, cost, batchSize, minutes } = options;
    const limits = [...perMinute(calls), { calls: callsPerDay, windowMs: 1_440 * minuteMs }];
    const rig = open({ limits, cost, batchSize, startMs: minute });
    let provider = "ok";
    rig.source.answer = async (tickers): Promise<FetchOutcome> => {
      if (provider === "slow") await rig.clock.sleep(3_000);
      if (provider === "hanging") await new Promise(() => {});
      if (provider === "rate_limited" || provider === "server_error") {
        return { kind: "failed", failure: provider, detail: "On purpose.", retryAfterMs: 7_000 };
      }
      return priced(tickers, 1_000_000);
    };
    let present = rig.start();
    for (const [index, life] of minutes.entries()) {
      provider = life.provider;
      const newcomers = names(life.newcomers, `N${index}X`);
      await rig.watch([...names(life.watched), ...newcomers], { newcomers });
      await rig.pass(25_000);
      if (life.changesLeader) {
        const former = present;
        present = rig.start();
        await former.stop();
      }
      await rig.pass(35_000);
    }
    await rig.close();
    const inMinute = spentWithin(rig.source.calls, { cost, spanMs: minuteMs });
    assert.ok(inMinute <= calls, `${inMinute} of ${calls} in a minute`);
    const inDay = spentWithin(rig.source.calls, { cost, spanMs: 1_440 * minuteMs });
    assert.ok(inDay <= callsPerDay, `${inDay} of ${callsPerDay} in a day`);
  });
  await fc.assert(property, { numRuns: 25 });
});
