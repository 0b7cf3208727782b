import assert from "node:assert/strict";
import { ticker } from "../../lib/bus/bus_fixtures.ts";
import { createPollerRig, priced } from "../../tests/support/poller_rig.ts";
import { createFetchBatches } from "./fetch_batches.ts";

const crowd = Array.from({ length: 120 }, (_, index) => ticker(`T${index}`));
const never = new AbortController().signal;

function open(batchSize = 50) {
  const rig = createPollerRig({ batchSize });
  return { ...rig, fetchBatches: createFetchBatches(rig) };
}

Deno.test("calls are as few as the batch size allows, and cover everything once", async () => {
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

Deno.test("when the time is over, what was answered counts and the rest is not asked for", async () => {
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

Deno.test("when all are outside the source's list, no call is counted, but the faults are", async () => {
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
