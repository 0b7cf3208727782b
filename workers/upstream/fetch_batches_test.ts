import assert from "node:assert/strict";
import { ticker } from "../../lib/bus/bus_fixtures.ts";
import type { Ticker } from "../../lib/quote.ts";
import type { FetchOutcome } from "../../lib/sources/source.ts";
import { createPollerRig, priced } from "../../tests/support/poller_rig.ts";
import { createBudget } from "./budget.ts";
import { createFetchBatches } from "./fetch_batches.ts";
import { createRefusedTickers } from "./refused_tickers.ts";

const crowd = Array.from({ length: 120 }, (_, index) => ticker(`T${index}`));
const never = new AbortController().signal;

function open(batchSize = 50) {
  const rig = createPollerRig({ batchSize });
  const budget = createBudget({ limits: [], clock: rig.clock });
  const refused = createRefusedTickers({ ...rig, source: rig.source.name });
  return { ...rig, fetchBatches: createFetchBatches({ ...rig, budget, refused }) };
}

Deno.test("there are as few calls as the batch size allows, and each ticker is in one of them", async () => {
  for (const [count, calls] of [[0, 0], [1, 1], [50, 1], [51, 2], [120, 3]] as const) {
    const { source, fetchBatches } = open();
    const result = await fetchBatches(crowd.slice(0, count), never);
    assert.equal(source.calls.length, calls);
    assert.deepEqual(result.quotes.map((quote) => quote.ticker), crowd.slice(0, count));
    assert.equal(result.answered, calls);
  }
});

Deno.test("no more than a few calls run at once", async () => {
  const { source, fetchBatches, timers, clock } = open(1);
  let [running, most] = [0, 0];
  source.answer = async (tickers) => {
    most = Math.max(most, ++running);
    await clock.sleep(10);
    running--;
    return priced(tickers, 1);
  };
  const fetching = fetchBatches(crowd, never);
  await timers.tickAsync(1_000);
  assert.equal((await fetching).quotes.length, 120);
  assert.equal(most, 8);
});

Deno.test("a batch that fails or throws leaves the others alone", async () => {
  const { source, fetchBatches, metrics } = open();
  source.answer = (tickers) => {
    if (tickers.includes(ticker("T0"))) throw new Error("A bug.");
    if (tickers.includes(ticker("T60"))) {
      return { kind: "failed", failure: "server_error", detail: "Status 500" };
    }
    return priced(tickers, 1);
  };
  const { quotes, failures, answered } = await fetchBatches(crowd, never);
  assert.deepEqual(quotes.map((quote) => quote.ticker), crowd.slice(100));
  assert.deepEqual(failures.map(({ failure }) => failure), ["network", "server_error"]);
  assert.equal(answered, 1);
  const outcomes = (await metrics.upstreamCalls.get()).values.map(({ labels }) => labels.outcome);
  assert.deepEqual(outcomes.sort(), ["network", "ok", "server_error"]);
});

Deno.test("when the signal aborts, the answers so far count and no further call is made", async () => {
  const { source, fetchBatches } = open(10);
  const deadline = new AbortController();
  source.answer = (tickers) => {
    if (tickers.includes(ticker("T0"))) return priced(tickers, 1);
    return new Promise(() => {});
  };
  const fetching = fetchBatches(crowd, deadline.signal);
  await Promise.resolve().then(() => {}).then(() => {}).then(() => {}).then(() => {});
  deadline.abort();
  const { quotes, failures } = await fetching;
  assert.equal(quotes.length, 10);
  assert.ok(failures.length === 11 && failures.every(({ failure }) => failure === "timeout"));
  assert.ok(source.calls.length <= 9, `${source.calls.length} calls`);
});

Deno.test("when no ticker is on the source's list, the faults are counted, but no call", async () => {
  const { source, fetchBatches, metrics } = open();
  source.answer = ([first]) => ({
    kind: "ok",
    quotes: [],
    faults: [{ ticker: first!, fault: "not_listed" }],
  });
  await fetchBatches([ticker("GONE")], never);
  assert.deepEqual((await metrics.upstreamCalls.get()).values, []);
  assert.equal((await metrics.tickerFaults.get()).values[0]?.value, 1);
});

/** Like a provider that answers 400 for a whole call if it does not know one of its tickers. */
function refusing(...unknown: string[]) {
  return (tickers: readonly Ticker[]): FetchOutcome =>
    tickers.some((ticker) => unknown.includes(ticker))
      ? { kind: "failed", failure: "unknown_ticker", detail: "Status 400" }
      : priced(tickers, 1);
}

Deno.test("a ticker that fails its batch is found by halves in the next read, and set aside for an hour", async () => {
  const { source, fetchBatches, timers } = open();
  source.answer = refusing("T17");
  const first = await fetchBatches(crowd, never);
  assert.equal(source.calls.length, 3, "no call that was not reserved");
  assert.equal(first.quotes.length, 70);
  const found = await fetchBatches(crowd, never);
  assert.equal(found.quotes.length, 119);
  assert.deepEqual(found.faults, [{ ticker: "T17", fault: "missing" }]);
  assert.deepEqual(found.failures.map(({ failure }) => failure), ["unknown_ticker"]);
  assert.ok(source.calls.length <= 3 + 3 + 12, `${source.calls.length} calls`);
  for (const [passedMs, calls] of [[0, 3], [3_599_000, 3]] as const) {
    timers.tick(passedMs);
    source.calls.length = 0;
    const next = await fetchBatches(crowd, never);
    assert.equal(next.quotes.length, 119);
    assert.deepEqual([next.faults, next.failures], [found.faults, []]);
    assert.equal(source.calls.length, calls);
  }
  timers.tick(1_000);
  source.answer = refusing();
  assert.equal((await fetchBatches(crowd, never)).quotes.length, 120);
});

Deno.test("a read of other tickers in between does not end the search", async () => {
  const { source, fetchBatches } = open();
  source.answer = refusing("T17");
  await fetchBatches(crowd.slice(0, 50), never);
  await fetchBatches(crowd.slice(50), never);
  const found = await fetchBatches(crowd.slice(0, 50), never);
  assert.equal(found.quotes.length, 49);
});

Deno.test("many unknown tickers cost a bounded number of calls a tick, and the others come through soon", async () => {
  const { source, fetchBatches } = open();
  source.answer = refusing(...crowd.filter((_, index) => index % 10 === 0));
  for (let tick = 0; tick < 24; tick++) {
    source.calls.length = 0;
    await fetchBatches(crowd, never);
    assert.ok(source.calls.length <= 3 + 12, `${source.calls.length} calls`);
  }
  assert.equal((await fetchBatches(crowd, never)).quotes.length, 108);
});

Deno.test("a provider that refuses every call sets no ticker aside", async () => {
  const { source, fetchBatches } = open();
  source.answer = refusing(...crowd);
  for (let read = 0; read < 3; read++) {
    const { quotes, faults } = await fetchBatches(crowd, never);
    assert.deepEqual([quotes, faults], [[], []]);
  }
  source.answer = refusing();
  assert.equal((await fetchBatches(crowd, never)).quotes.length, 120);
});

Deno.test("the only ticker of a read is set aside as well", async () => {
  const { source, fetchBatches } = open();
  source.answer = refusing("T0");
  await fetchBatches([ticker("T0")], never);
  await fetchBatches([ticker("T0")], never);
  assert.equal(source.calls.length, 1);
});
