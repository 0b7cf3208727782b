import assert from "node:assert/strict";
import { createLog } from "../../lib/log.ts";
import { parseTicker, type Price, type Ticker } from "../../lib/quote.ts";
import { createFailover } from "./failover.ts";
import type { FetchOutcome, QuoteSource, Readiness } from "../../lib/sources/source.ts";

const log = createLog("silent");
const tickers = ["A", "B", "C", "D"].map((text) => parseTicker(text)!);

function priced(asked: readonly Ticker[], source: string): FetchOutcome {
  const quotes = asked.map((ticker) => ({ ticker, price: 10_000 as Price, source }));
  return { kind: "ok", quotes, faults: [] };
}

const down: FetchOutcome = { kind: "failed", failure: "server_error", detail: "Status 500" };

interface Member extends QuoteSource {
  state: Readiness;
  asked: (readonly Ticker[])[];
  answer: (asked: readonly Ticker[]) => FetchOutcome;
  readiness(): Readiness;
}

function member(name: string, options: Partial<QuoteSource> = {}): Member {
  const source: Member = {
    name,
    notice: `From ${name}.`,
    cost: "call",
    batchSize: 2,
    hours: "always",
    state: "ready",
    asked: [],
    answer: (asked) => priced(asked, name),
    readiness: () => source.state,
    fetchQuotes(asked) {
      source.asked.push(asked);
      return Promise.resolve(source.answer(asked));
    },
  };
  return Object.assign(source, options);
}

async function answeredBy(source: QuoteSource): Promise<Record<string, string>> {
  const outcome = await source.fetchQuotes(tickers);
  assert.ok(outcome.kind === "ok");
  return Object.fromEntries(outcome.quotes.map((quote) => [quote.ticker, quote.source ?? ""]));
}

const all = (name: string) => Object.fromEntries(tickers.map((ticker) => [ticker, name]));

Deno.test("while the first works the others are not asked", async () => {
  const [first, second] = [member("first"), member("second")];
  const source = createFailover([first, second], { log });
  assert.deepEqual(await answeredBy(source), all("first"));
  assert.deepEqual([source.name, source.notice], ["first,second", "From first."]);
  assert.equal(second.asked.length, 0);
});

Deno.test("when the first fails the next answers in its place, and each quote says who did", async () => {
  const [first, second, third] = [member("first"), member("second"), member("third")];
  first.answer = second.answer = () => down;
  const source = createFailover([first, second, third], { log });
  assert.deepEqual(await answeredBy(source), all("third"));
});

Deno.test("only what the first left open is asked of the next", async () => {
  const [first, second] = [member("first"), member("second")];
  first.answer = () => ({
    ...priced([tickers[0]!], "first"),
    faults: [{ ticker: tickers[1]!, fault: "missing" }],
    failures: [down],
  } as FetchOutcome);
  const outcome = await createFailover([first, second], { log }).fetchQuotes(tickers);
  assert.deepEqual(second.asked, [["C", "D"]]);
  assert.ok(outcome.kind === "ok");
  assert.deepEqual([outcome.quotes.length, outcome.faults.length, outcome.failures?.length], [
    3,
    1,
    1,
  ]);
});

Deno.test("one that rests is not asked at all, and the next one's cost, hours and notice hold", async () => {
  const first = member("first");
  const second = member("second", { cost: "symbol", batchSize: 1, hours: "exchange" });
  const source = createFailover([first, second], { log });
  first.state = "resting";
  assert.deepEqual(await answeredBy(source), all("second"));
  assert.equal(first.asked.length, 0);
  const { cost, batchSize, hours, notice } = source;
  assert.deepEqual([cost, batchSize, hours, notice], ["symbol", 1, "exchange", "From second."]);
  first.state = "ready";
  assert.deepEqual([source.cost, source.notice], ["call", "From first."]);
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

Deno.test("with nobody to stand in, the one that may work again is asked for all", async () => {
  const [first, second] = [member("first"), member("second")];
  first.state = "probing";
  second.state = "resting";
  assert.deepEqual(await answeredBy(createFailover([first, second], { log })), all("first"));
});

Deno.test("when all fail every failure is told", async () => {
  const [first, second] = [member("first"), member("second")];
  first.answer = second.answer = () => down;
  const outcome = await createFailover([first, second], { log }).fetchQuotes(tickers);
  assert.ok(outcome.kind === "ok" && outcome.quotes.length === 0);
  assert.equal(outcome.failures?.length, 2);
});

Deno.test("the list of what can be priced is the first one's", async () => {
  const securities = [{ ticker: tickers[0]!, name: "A Inc." }];
  const listed = member("first", {
    listSecurities: () => Promise.resolve({ kind: "ok", securities }),
  });
  const both = createFailover([listed, member("second")], { log });
  assert.deepEqual(await both.listSecurities?.(), { kind: "ok", securities });
  assert.equal(createFailover([member("second"), listed], { log }).listSecurities, undefined);
});
