import assert from "node:assert/strict";
import { price, ticker } from "../../lib/bus/bus_fixtures.ts";
import type { Session, Ticker } from "../../lib/quote.ts";
import type { CallLimit, QuoteSource } from "../../lib/sources/source.ts";
import { createPollerRig } from "../../tests/support/poller_rig.ts";
import { createUpstream } from "./upstream.ts";

const dayMs = 86_400_000;
const never = new AbortController().signal;
const crowd = Array.from({ length: 20 }, (_, index) => ticker(`T${index}`));

function open({ limits, ...members }: Partial<QuoteSource> & { limits?: CallLimit[] } = {}) {
  const rig = createPollerRig({ batchSize: 5 });
  const source = { ...rig.source, ...members };
  const budget = limits && { limits };
  const upstream = createUpstream(source, { ...rig, pollIntervalMs: 5_000, ...budget });
  const ask = (tickers: readonly Ticker[]) => upstream.ask(tickers, never);
  return { ...rig, upstream, ask };
}

Deno.test("any number of tickers is answered, each price with its source and the time of its call", async () => {
  const { ask, source, timers } = open();
  const outcome = await ask(crowd);
  assert.equal(source.calls.length, 4);
  assert.deepEqual(outcome.quotes.map((quote) => quote.ticker), crowd);
  assert.ok(outcome.quotes.every((quote) => quote.source === "fake" && quote.session === "open"));
  assert.ok(outcome.quotes.every(({ requestedAt }) => requestedAt === timers.now));
});

Deno.test("a call beyond the budget is not made but reported as over_budget; its tickers have no answer", async () => {
  const { ask, upstream, source } = open({ limits: [{ calls: 3, windowMs: 60_000 }] });
  const outcome = await ask(crowd);
  assert.deepEqual([source.calls.length, outcome.quotes.length], [3, 15]);
  assert.deepEqual(outcome.failures.map(({ failure }) => failure), ["over_budget"]);
  assert.equal(upstream.readiness(), "resting", "the budget allows no call for almost a minute");
});

Deno.test("a call beyond the limit for a second waits until the limit allows it", async () => {
  const { ask, source, timers } = open({ limits: [{ calls: 2, windowMs: 1_000 }] });
  const asking = ask(crowd.slice(0, 15));
  await timers.tickAsync(1_100);
  const outcome = await asking;
  assert.equal(outcome.quotes.length, 15);
  assert.equal(source.calls[2]!.at - source.calls[0]!.at, 1_000);
});

Deno.test("the limits of a source's free plan hold unless the operator sets a budget", () => {
  const limits = [{ calls: 8, windowMs: 60_000 }];
  const free = createPollerRig();
  const options = { ...free, pollIntervalMs: 5_000 };
  const planned = { ...free.source, limits };
  assert.deepEqual(createUpstream(planned, options).ledger.limits, limits);
  const named = [{ calls: 500, windowMs: dayMs }];
  const upstream = createUpstream(planned, { ...options, limits: named });
  assert.deepEqual(upstream.ledger.limits, named);
});

Deno.test("the metrics show what remains of each limit", async () => {
  const { ask, metrics } = open({
    limits: [{ calls: 10, windowMs: 60_000 }, { calls: 100, windowMs: dayMs }],
  });
  await ask(crowd);
  const remaining = (await metrics.budgetLeft.get()).values;
  assert.deepEqual(remaining.map(({ value, labels }) => [labels.source, labels.window, value]), [
    ["fake", "60s", 6],
    ["fake", "86400s", 96],
  ]);
});

Deno.test("reading the source's list is a call like any other", async () => {
  const securities = [{ ticker: crowd[0]!, name: "T0 Inc." }];
  const { upstream } = open({
    limits: [{ calls: 1, windowMs: 60_000 }],
    listSecurities: () => Promise.resolve({ kind: "ok", securities }),
  });
  assert.deepEqual(await upstream.listSecurities?.(never), { kind: "ok", securities });
  assert.deepEqual(await upstream.listSecurities?.(never), { kind: "over_budget" });
  assert.equal(open().upstream.listSecurities, undefined);
});

Deno.test("the steps of a list leave nine tenths of a minute's calls to the prices", async () => {
  const cursors: (string | undefined)[] = [];
  const { upstream, ask, pass } = open({
    limits: [{ calls: 20, windowMs: 60_000 }, { calls: 100, windowMs: dayMs }],
    listSecurities(_signal, cursor) {
      cursors.push(cursor);
      return Promise.resolve({ kind: "ok", securities: [], next: String(cursors.length) });
    },
  });
  for (let second = 0; second < 60; second++) {
    await upstream.listSecurities?.(never, String(cursors.length));
    await pass(1_000);
  }
  assert.deepEqual(cursors, ["0", "1"]);
  assert.equal((await ask(crowd)).quotes.length, 20);
});

Deno.test("a failed step of a list says when the provider may be asked again", async () => {
  const { upstream } = open({
    listSecurities: () =>
      Promise.resolve({
        kind: "failed",
        failure: "rate_limited",
        detail: "On purpose.",
        retryAfterMs: 9,
      }),
  });
  assert.deepEqual(await upstream.listSecurities?.(never), { kind: "failed", retryAfterMs: 9 });
});

Deno.test("after a failure the source is not asked until the pause is over; then one batch is asked first", async () => {
  const { ask, upstream, source, pass } = open();
  const { answer } = source;
  source.answer = () => ({ kind: "failed", failure: "network", detail: "On purpose." });
  await ask(crowd.slice(0, 5));
  const refused = await ask(crowd);
  assert.deepEqual(refused.failures.map(({ failure }) => failure), ["circuit_open"]);
  assert.deepEqual([source.calls.length, upstream.readiness()], [1, "resting"]);
  await pass(5_000);
  assert.equal(upstream.readiness(), "probing");
  const [tried, meanwhile] = await Promise.all([
    ask(crowd),
    ask(crowd),
  ]);
  assert.deepEqual(tried.failures.map(({ failure }) => failure), ["network"]);
  assert.deepEqual(meanwhile.failures.map(({ failure }) => failure), ["circuit_open"]);
  assert.equal(source.calls.length, 2, "the first batch failed, so the rest was not asked");
  source.answer = answer;
  await pass(10_000);
  const outcome = await ask(crowd);
  assert.equal(outcome.quotes.length, 20);
  assert.equal(upstream.readiness(), "ready");
});

Deno.test("the regular close stands beside the price outside the regular session alone; before it, it is the previous close", async () => {
  const { ask, source } = open();
  const [one, day] = [crowd.slice(0, 1), { open: price("99"), volume: 5 }];
  source.answer = (tickers) => ({
    kind: "ok",
    quotes: tickers.map((ticker) => ({
      ticker,
      price: price("100"),
      previousClose: price("95"),
      session,
      day: { ...day, regularClose: price("98") },
    })),
    faults: [],
  });
  let session: Session = "pre";
  const dayIn = async (present: Session) => {
    session = present;
    return (await ask(one)).quotes[0]?.day;
  };
  assert.deepEqual(await dayIn("pre"), { regularClose: price("95") });
  assert.deepEqual(await dayIn("open"), day);
  assert.deepEqual(await dayIn("post"), { ...day, regularClose: price("98") });
  assert.deepEqual(await dayIn("closed"), { ...day, regularClose: price("98") });
});
