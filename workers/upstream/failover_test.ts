import assert from "node:assert/strict";
import { createClock } from "../../lib/clock.ts";
import { createLog } from "../../lib/log.ts";
import { parseTicker, type Price, type Ticker } from "../../lib/quote.ts";
import { createAllowance } from "./allowance.ts";
import { createBudget } from "./budget.ts";
import { createFailover } from "./failover.ts";
import type { Answers, Readiness, Upstream, UpstreamFailure, Upstreams } from "./upstreams.ts";

const log = createLog("silent");
const clock = createClock();
const never = new AbortController().signal;
const tickers = ["A", "B", "C", "D"].map((text) => parseTicker(text)!);

function priced(asked: readonly Ticker[], source: string): Answers {
  const quotes = asked.map((ticker) => ({
    ticker,
    price: 10_000 as Price,
    source,
    session: "open" as const,
    requestedAt: 0,
    readAt: 0,
  }));
  return { quotes, faults: [], failures: [] };
}

const failure: UpstreamFailure = { failure: "server_error", detail: "Status 500" };
const down: Answers = { quotes: [], faults: [], failures: [failure] };

interface Member extends Upstream {
  readonly asked: (readonly Ticker[])[];
  state: Readiness;
  answer: (tickers: readonly Ticker[]) => Answers;
}

/** An upstream without limits, whose answers and readiness are chosen by hand. */
function member(name: string, { batchSize = 2 } = {}): Member {
  const budget = createBudget({ limits: [], clock });
  const member: Member = {
    name,
    notice: `From ${name}.`,
    hours: "always",
    marketOf: () => "us",
    batchSize,
    allowance: createAllowance({ budget, clock }),
    ledger: budget,
    costOf: (tickers) => Math.ceil(tickers / batchSize),
    searchCost: () => 0,
    tickersFor: (amount) => amount * batchSize,
    asked: [],
    state: "ready",
    answer: (tickers) => priced(tickers, name),
    readiness: () => member.state,
    listEveryMs: 3_600_000,
    learn: () => {},
    ask(tickers) {
      member.asked.push(tickers);
      return Promise.resolve(member.answer(tickers));
    },
  };
  return member;
}

async function answeredBy({ ask }: Upstreams): Promise<Record<string, string>> {
  const { quotes } = await ask(tickers, never);
  return Object.fromEntries(quotes.map((quote) => [quote.ticker, quote.source]));
}

const all = (name: string) => Object.fromEntries(tickers.map((ticker) => [ticker, name]));

Deno.test("while the first source works, the others are not asked", async () => {
  const [first, second] = [member("first"), member("second")];
  const source = createFailover([first, second], { log });
  assert.deepEqual(await answeredBy(source), all("first"));
  assert.deepEqual([source.name, source.notice], ["first,second", "From first."]);
  assert.equal(second.asked.length, 0);
});

Deno.test("when the first source fails, the next one answers, and each quote names its source", async () => {
  const [first, second, third] = [member("first"), member("second"), member("third")];
  first.answer = second.answer = () => down;
  const source = createFailover([first, second, third], { log });
  assert.deepEqual(await answeredBy(source), all("third"));
});

Deno.test("the next source is asked only for tickers that the first did not answer", async () => {
  const [first, second] = [member("first"), member("second")];
  first.answer = () => ({
    ...priced([tickers[0]!], "first"),
    faults: [{ ticker: tickers[1]!, fault: "missing" }],
    failures: [failure],
  });
  const { quotes, faults, failures } = await createFailover([first, second], { log }).ask(
    tickers,
    never,
  );
  assert.deepEqual(second.asked, [["C", "D"]]);
  assert.deepEqual([quotes.length, faults.length, failures.length], [3, 1, 1]);
});

Deno.test("a resting source is not asked; the next one is the present one, with its notice", async () => {
  const first = member("first");
  const second = member("second", { batchSize: 1 });
  const source = createFailover([first, second], { log });
  first.state = "resting";
  assert.deepEqual(await answeredBy(source), all("second"));
  assert.equal(first.asked.length, 0);
  assert.deepEqual([source.present(), source.notice], [second, "From second."]);
  first.state = "ready";
  assert.deepEqual([source.present(), source.notice], [first, "From first."]);
});

Deno.test("a source that may work again gets one batch, while the next one answers the rest at once", async () => {
  const [first, second] = [member("first"), member("second")];
  first.state = "probing";
  const source = createFailover([first, second], { log });
  assert.deepEqual(await answeredBy(source), { A: "first", B: "first", C: "second", D: "second" });

  first.answer = () => down;
  assert.deepEqual(await answeredBy(source), all("second"));
  assert.deepEqual(second.asked.slice(1), [["C", "D"], ["A", "B"]]);
});

Deno.test("without a stand-in, a source that may work again is asked for all tickers", async () => {
  const [first, second] = [member("first"), member("second")];
  first.state = "probing";
  second.state = "resting";
  assert.deepEqual(await answeredBy(createFailover([first, second], { log })), all("first"));
});

Deno.test("when all sources fail, every failure is reported", async () => {
  const [first, second] = [member("first"), member("second")];
  first.answer = second.answer = () => down;
  const { quotes, failures } = await createFailover([first, second], { log }).ask(tickers, never);
  assert.equal(quotes.length, 0);
  assert.equal(failures.length, 2);
});

Deno.test("the first source is the primary one, even while it rests", () => {
  const [first, second] = [member("first"), member("second")];
  first.state = "resting";
  assert.equal(createFailover([first, second], { log }).primary, first);
});
