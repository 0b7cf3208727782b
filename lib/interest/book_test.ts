import FakeTimers from "@sinonjs/fake-timers";
import assert from "node:assert/strict";
import type { Interest } from "../bus/bus.ts";
import { sampleQuote, ticker } from "../bus/bus_fixtures.ts";
import { createClock } from "../clock.ts";
import { createLog } from "../log.ts";
import type { Quote } from "../quote.ts";
import { sampleUniverse } from "./interest_fixtures.ts";
import { createBook } from "./book.ts";
import { asUser, asVisitor, type Demand } from "./interest.ts";
import { creditMax, creditPerMinute } from "./newcomer_credit.ts";

interface Call {
  readonly at: number;
  readonly signedIn: readonly string[];
  readonly anonymous: readonly string[];
  readonly newcomers: Interest | undefined;
}

/** Records the calls to the bus; the rules of the bus are tested with the bus. */
function start({ quotes = [] }: { quotes?: Quote[] } = {}) {
  const timers = FakeTimers.createClock(0);
  const calls: Call[] = [];
  const answers: (() => Promise<void>)[] = [];
  const interest = createBook({
    bus: {
      want(_instanceId, { signedIn, anonymous }, { newcomers } = {}) {
        calls.push({ at: timers.now, signedIn, anonymous, newcomers });
        return answers.shift()?.() ?? Promise.resolve();
      },
      latest(tickers) {
        const asked = new Set(tickers);
        const found = quotes.filter((quote) => asked.has(quote.ticker));
        return { epoch: 0, seq: 0, at: 0, tickMs: 5_000, nextAt: 0, quotes: found };
      },
    },
    clock: createClock(timers),
    log: createLog("silent"),
    universe: sampleUniverse,
    instanceId: "here",
    ranks: { refresh() {}, rankOf: () => 1 },
  });
  const view = (symbol: string, from: Demand, to: Demand, asker = asUser("ann")) =>
    interest.viewed([{ ticker: ticker(symbol), from, to }], asker);
  const touch = (symbols: string[], signedIn = false) =>
    interest.touch(symbols.map(ticker), signedIn ? asUser("ann") : asVisitor("192.0.2.1"));
  const pass = async (ms: number) => void await timers.tickAsync(ms);
  return { interest, calls, answers, view, touch, pass };
}

Deno.test("the first viewer of a ticker makes it wanted at once, as a newcomer", async () => {
  const { calls, view, pass } = start();
  view("MSFT", "none", "signedIn");
  await pass(0);
  assert.deepEqual(calls, [{
    at: 0,
    signedIn: ["MSFT"],
    anonymous: [],
    newcomers: { signedIn: ["MSFT"], anonymous: [] },
  }]);
});

Deno.test("changes within a second of the last call are sent together in one call", async () => {
  const { calls, view, pass } = start();
  view("MSFT", "none", "signedIn");
  await pass(100);
  view("NVDA", "none", "signedIn");
  await pass(100);
  view("AAPL", "none", "anonymous");
  await pass(10_000);
  assert.deepEqual(calls.map(({ at }) => at), [0, 1_000]);
  assert.deepEqual(calls[1]?.newcomers, { signedIn: ["NVDA"], anonymous: ["AAPL"] });
});

Deno.test("when the last viewer has left, the bus gets an empty set a second later, not at the next repeat", async () => {
  const { calls, view, pass } = start();
  view("MSFT", "none", "signedIn");
  await pass(3_000);
  view("MSFT", "signedIn", "none");
  await pass(2_000);
  assert.deepEqual(calls.map(({ at, signedIn }) => [at, signedIn]), [[0, ["MSFT"]], [4_000, []]]);
});

Deno.test("a reload of the only page costs nothing", async () => {
  const { calls, view, pass } = start();
  view("MSFT", "none", "signedIn");
  await pass(3_000);
  view("MSFT", "signedIn", "none");
  await pass(500);
  view("MSFT", "none", "signedIn");
  await pass(2_000);
  assert.ok(calls.every(({ signedIn }) => signedIn.length === 1));
});

Deno.test("the wanted tickers are sent again every 10 s, without newcomers", async () => {
  const { calls, view, pass } = start();
  view("MSFT", "none", "signedIn");
  await pass(30_000);
  assert.deepEqual(calls.map(({ at }) => at), [0, 10_000, 20_000, 30_000]);
  assert.deepEqual(calls.slice(1).map(({ newcomers }) => newcomers), [
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("a page reload neither drops the ticker nor makes it a newcomer again", async () => {
  const { calls, view, pass } = start();
  view("MSFT", "none", "signedIn");
  await pass(9_500);
  view("MSFT", "signedIn", "none");
  await pass(900);
  view("MSFT", "none", "signedIn");
  await pass(20_000);
  assert.ok(calls.every(({ signedIn }) => signedIn.includes("MSFT")));
  assert.equal(calls.filter(({ newcomers }) => newcomers).length, 1);
});

Deno.test("a ticker without viewers is dropped at the next repeat", async () => {
  const { calls, view, pass } = start();
  view("MSFT", "none", "signedIn");
  view("NVDA", "none", "signedIn");
  await pass(1);
  view("MSFT", "signedIn", "none");
  await pass(15_000);
  assert.deepEqual(calls.map(({ at, signedIn }) => [at, signedIn.length]), [[0, 2], [10_000, 1]]);
});

Deno.test("a visitor's interest counts only in a ticker that is much watched, or that a user here views", async () => {
  const { calls, view, pass } = start();
  view("MSFT", "none", "anonymous");
  await pass(20_000);
  assert.equal(calls.length, 0);
  view("AAPL", "none", "anonymous");
  await pass(0);
  assert.deepEqual(calls[0]?.anonymous, ["AAPL"]);
  view("MSFT", "anonymous", "signedIn");
  await pass(1_000);
  assert.deepEqual(calls.at(-1)?.signedIn, ["MSFT"]);
  view("MSFT", "signedIn", "anonymous");
  await pass(20_000);
  assert.deepEqual(calls.at(-1)?.signedIn, []);
  assert.deepEqual(calls.at(-1)?.anonymous, ["AAPL"]);
});

Deno.test("a touch counts for 60 s, an unknown ticker never", async () => {
  const { calls, touch, pass } = start();
  touch(["MSFT", "ZZ1"], true);
  await pass(59_000);
  assert.deepEqual(calls.at(-1)?.signedIn, ["MSFT"]);
  await pass(11_000);
  assert.deepEqual(calls.at(-1)?.signedIn, []);
});

Deno.test("a ticker with a fresh price is wanted, but is not a newcomer", async () => {
  const { calls, view, pass } = start({ quotes: [sampleQuote("MSFT", { at: 0 })] });
  view("MSFT", "none", "signedIn");
  await pass(0);
  assert.deepEqual(calls[0]?.signedIn, ["MSFT"]);
  assert.equal(calls[0]?.newcomers, undefined);
});

Deno.test("a call that fails is repeated a second later, with its newcomers", async () => {
  const { calls, answers, view, pass } = start();
  answers.push(() => Promise.reject(new Error("down")));
  view("MSFT", "none", "signedIn");
  await pass(1_000);
  assert.deepEqual(calls.map(({ at }) => at), [0, 1_000]);
  assert.deepEqual(calls[1]?.newcomers, { signedIn: ["MSFT"], anonymous: [] });
});

Deno.test("calls do not overlap: changes during a slow call are sent after it", async () => {
  const { calls, answers, view, pass } = start();
  const slow = Promise.withResolvers<void>();
  answers.push(() => slow.promise);
  view("MSFT", "none", "signedIn");
  await pass(0);
  view("NVDA", "none", "signedIn");
  await pass(5_000);
  assert.equal(calls.length, 1);
  slow.resolve();
  await pass(0);
  assert.deepEqual(calls[1]?.newcomers, { signedIn: ["NVDA"], anonymous: [] });
});

Deno.test("after the stop the bus is not called", async () => {
  const { interest, calls, view, pass } = start();
  view("MSFT", "none", "signedIn");
  interest.stop();
  view("NVDA", "none", "signedIn");
  await pass(60_000);
  assert.deepEqual(calls, []);
});

Deno.test("a user who names more and more tickers pays for no more calls than its credit; the others are wanted, and wait for the next mark", async () => {
  const { calls, view, pass } = start();
  const minutes = 5;
  let named = 0;
  async function nameEachSecond(seconds: number) {
    for (let second = 0; second < seconds; second++) {
      view(`B${named++}`, "none", "signedIn");
      await pass(1_000);
    }
  }
  const newcomers = () => calls.flatMap((call) => call.newcomers?.signedIn ?? []).length;
  await nameEachSecond(creditMax.user + minutes * 60);
  const [grown, atOnce] = [(creditMax.user / 60 + minutes) * creditPerMinute, creditMax.user];
  assert.ok(newcomers() <= atOnce + grown, `${newcomers()}`);
  assert.ok(newcomers() >= atOnce + minutes * creditPerMinute, `${newcomers()}`);
  assert.equal(calls.at(-1)?.signedIn.length, named);
});

Deno.test("of an address's tickers, those beyond its credit are no newcomers, and those of another address are", async () => {
  const { calls, view, pass } = start();
  const of = (letter: string) =>
    Array.from({ length: creditMax.network + 5 }, (_, index) => `A${letter}${index}`);
  for (const symbol of of("X")) view(symbol, "none", "anonymous", asVisitor("192.0.2.1"));
  for (const symbol of of("Y")) view(symbol, "none", "anonymous", asVisitor("192.0.2.2"));
  await pass(0);
  assert.equal(calls[0]?.anonymous.length, 2 * (creditMax.network + 5));
  const expected = [...of("X").slice(0, creditMax.network), ...of("Y").slice(0, creditMax.network)];
  assert.deepEqual(calls[0]?.newcomers?.anonymous, expected);
});

Deno.test("a ticker that one asker cannot pay for is a newcomer once another asker asks for it", async () => {
  const { calls, interest, pass } = start();
  const spent = asVisitor("192.0.2.1");
  const symbols = Array.from({ length: creditMax.network }, (_, index) => ticker(`AX${index}`));
  interest.touch(symbols, spent);
  interest.touch([ticker("AAPL")], spent);
  assert.equal(interest.isNewcomer(ticker("AAPL")), false);
  interest.touch([ticker("AAPL")], asUser("ann"));
  await pass(0);
  assert.deepEqual(calls[0]?.newcomers?.signedIn, ["AAPL"]);
});

Deno.test("tickers with a fresh price are not charged", async () => {
  const fresh = Array.from({ length: creditMax.network }, (_, index) => `AX${index}`);
  const { calls, touch, pass } = start({
    quotes: fresh.map((symbol) => sampleQuote(symbol, { at: 0 })),
  });
  touch([...fresh, "AAPL"]);
  await pass(0);
  assert.deepEqual(calls[0]?.newcomers?.anonymous, ["AAPL"]);
});
