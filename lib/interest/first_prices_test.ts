import assert from "node:assert/strict";
import { ticker } from "../bus/bus_fixtures.ts";
import { startMs } from "../bus/leader_fixtures.ts";
import { waitingMax } from "./first_prices.ts";
import { asUser, asVisitor } from "./interest.ts";
import { type InterestHarness, startInterest } from "./interest_fixtures.ts";

const waitMs = 1_200;

/** Asks as a page does. Returns the time and the tickers of the answer, once it came. */
function ask(
  { interest, now }: InterestHarness,
  symbols: string[],
  { signedIn = true, wait = waitMs } = {},
) {
  const answer: { at?: number; tickers?: string[] } = {};
  void interest.fresh(symbols.map(ticker), {
    asker: signedIn ? asUser("ann") : asVisitor("192.0.2.1"),
    waitMs: wait,
  }).then(({ quotes }) => {
    answer.at = now() - startMs;
    answer.tickers = quotes.map((quote) => quote.ticker);
  });
  return answer;
}

Deno.test("a request with a newcomer waits for its first price", async () => {
  const harness = await startInterest();
  await harness.tick({ quotes: [harness.quote("AAPL")] });
  const answer = ask(harness, ["AAPL", "MSFT"]);
  await harness.pass(300);
  assert.equal(answer.at, undefined);
  await harness.tick({ kind: "newcomers", quotes: [harness.quote("MSFT")] });
  assert.deepEqual(answer, { at: 300, tickers: ["AAPL", "MSFT"] });
  assert.deepEqual((await harness.bus.wanted()).signedIn, ["AAPL", "MSFT"]);
});

Deno.test("a request waits for a newcomer at most 1.2 s", async () => {
  const harness = await startInterest();
  await harness.tick({ quotes: [harness.quote("AAPL")] });
  const answer = ask(harness, ["AAPL", "MSFT"]);
  await harness.pass(waitMs);
  assert.deepEqual(answer, { at: waitMs, tickers: ["AAPL"] });
});

Deno.test("a request for fresh prices is answered at once, and one for a stale price waits", async () => {
  const harness = await startInterest();
  await harness.tick({ quotes: [harness.quote("AAPL")] });
  const fresh = ask(harness, ["AAPL"]);
  await harness.pass(0);
  assert.equal(fresh.at, 0);
  await harness.pass(100_000);
  const stale = ask(harness, ["AAPL"]);
  await harness.pass(10);
  assert.equal(stale.at, undefined);
  await harness.tick({ kind: "newcomers", unchanged: [ticker("AAPL")] });
  assert.equal(stale.at, 100_010);
});

Deno.test("a visitor does not wait for a ticker that is not polled for visitors, and no request waits for an unknown one", async () => {
  const harness = await startInterest();
  const uncounted = ask(harness, ["MSFT"], { signedIn: false });
  const unknown = ask(harness, ["ZZ1"]);
  const counted = ask(harness, ["AAPL"], { signedIn: false });
  await harness.pass(0);
  assert.equal(uncounted.at, 0);
  assert.equal(unknown.at, 0);
  assert.equal(counted.at, undefined);
});

Deno.test("a visitor waits for a ticker that a user asked for", async () => {
  const harness = await startInterest();
  ask(harness, ["MSFT"]);
  const visitor = ask(harness, ["MSFT"], { signedIn: false });
  await harness.pass(0);
  assert.equal(visitor.at, undefined);
});

Deno.test("a request does not wait for a ticker whose price did not come before", async () => {
  const harness = await startInterest();
  ask(harness, ["MSFT"]);
  await harness.pass(6_000);
  const second = ask(harness, ["MSFT"]);
  await harness.pass(0);
  assert.equal(second.at, 6_000);
});

Deno.test("a request that does not want to wait is answered at once", async () => {
  const harness = await startInterest();
  const answer = ask(harness, ["MSFT"], { wait: 0 });
  await harness.pass(0);
  assert.equal(answer.at, 0);
});

Deno.test("if too many requests wait, another one is answered at once", async () => {
  const harness = await startInterest();
  const waiting = Array.from({ length: waitingMax }, () => ask(harness, ["MSFT"]));
  const more = ask(harness, ["MSFT"]);
  await harness.pass(0);
  assert.equal(more.at, 0);
  assert.ok(waiting.every(({ at }) => at === undefined));
});

Deno.test("a close answers the requests that wait", async () => {
  const harness = await startInterest();
  const answer = ask(harness, ["MSFT"]);
  harness.interest.close();
  await harness.pass(0);
  assert.equal(answer.at, 0);
});
