import FakeTimers from "@sinonjs/fake-timers";
import assert from "node:assert/strict";
import { createClock } from "../clock.ts";
import { parseTicker, type Ticker } from "../quote.ts";
import { createSimulated } from "./simulated.ts";
import { readUniverse } from "../securities/universe.ts";
import { roughLevels } from "./rough_levels.ts";
import type { SourceQuote } from "./source.ts";

const start = Date.UTC(2026, 2, 11, 14, 30, 1, 250);
const crowd = Array.from({ length: 500 }, (_, index) => tickerOf(`T${index}`));

function tickerOf(text: string): Ticker {
  const ticker = parseTicker(text);
  assert.ok(ticker);
  return ticker;
}

function openMarket({ at = start, seed = 1, hours = "always" as "always" | "exchange" } = {}) {
  const timers = FakeTimers.createClock(at);
  const source = createSimulated({ clock: createClock(timers), seed, hours });
  async function quotes(tickers: readonly Ticker[] = crowd): Promise<readonly SourceQuote[]> {
    const outcome = await source.fetchQuotes(tickers);
    assert.ok(outcome.kind === "ok" && outcome.faults.length === 0);
    return outcome.quotes;
  }
  return { timers, source, quotes };
}

const dollars = (quote: SourceQuote) => quote.price / 10_000;

Deno.test("two instances show the same prices, and so does an instance after a restart", async () => {
  assert.deepEqual(await openMarket().quotes(), await openMarket().quotes());
  const other = await openMarket({ seed: 2 }).quotes();
  assert.notDeepEqual(other.map(dollars), (await openMarket().quotes()).map(dollars));
});

Deno.test("prices are whole cents and stay in a plausible range for years", async () => {
  const { timers, quotes } = openMarket();
  for (let week = 0; week < 5 * 52; week++) {
    for (const { price } of await quotes(crowd.slice(0, 50))) {
      assert.ok(price % 100 === 0 && price >= 20_000 && price <= 20_000_000, `${price}`);
    }
    timers.setSystemTime(timers.now + 7 * 86_400_000);
  }
});

Deno.test("nearly all prices move every five seconds, and none leaps", async () => {
  const { timers, quotes } = openMarket();
  let [former, moved] = [await quotes(), 0];
  for (let tick = 0; tick < 20; tick++) {
    timers.setSystemTime(timers.now + 5_000);
    const latter = await quotes();
    latter.forEach((quote, index) => {
      const before = former[index]!;
      if (quote.price !== before.price) moved++;
      assert.ok(Math.abs(quote.price / before.price - 1) < 0.03, `${quote.ticker} leapt`);
    });
    former = latter;
  }
  assert.ok(moved / (20 * crowd.length) >= 0.8, `only ${moved} moves`);
});

Deno.test("a price is dated at its last move, never in the future, and stands between two moves", async () => {
  const { timers, quotes } = openMarket();
  const now = timers.now;
  const first = await quotes();
  for (const { asOf } of first) {
    assert.ok(asOf !== undefined && asOf <= now && asOf > now - 65_000 && asOf % 5_000 === 0);
  }
  timers.setSystemTime(now + 3_700);
  assert.deepEqual(await quotes(), first);
  timers.setSystemTime(now + 3_750);
  for (const [index, { price, asOf }] of (await quotes()).entries()) {
    const before = first[index]!;
    assert.equal(asOf, price === before.price ? before.asOf : now + 3_750);
  }
});

Deno.test("the previous close is the price of the last UTC midnight, and changes then only", async () => {
  const midnight = Date.UTC(2026, 2, 11);
  const closing = await openMarket({ at: midnight }).quotes();
  const { timers, quotes } = openMarket({ at: midnight + 1 });
  for (const at of [midnight, midnight + 3_600_000, midnight + 86_399_999]) {
    timers.setSystemTime(at);
    const closes = (await quotes()).map(({ previousClose }) => previousClose);
    assert.deepEqual(closes, closing.map(({ price }) => price));
  }
  timers.setSystemTime(midnight + 86_400_000);
  const next = await quotes();
  assert.deepEqual(next.map(({ previousClose }) => previousClose), next.map(({ price }) => price));
});

Deno.test("price levels differ as stocks' do: most below 200 dollars, a few far above", async () => {
  const levels = (await openMarket().quotes()).map(dollars).sort((a, b) => a - b);
  const [low, middle, high] = [0.1, 0.5, 0.95].map((share) => levels[share * levels.length]!);
  assert.ok(low! < 70 && middle! > 70 && middle! < 200 && high! > 250, `${[low, middle, high]}`);
});

Deno.test("the most watched stay near their rough levels for years, and two classes of one share keep their ratio", async () => {
  const { timers, quotes } = openMarket();
  const tickers = readUniverse().listings.slice(0, 200).map(({ security }) => security.ticker);
  assert.deepEqual([...roughLevels.keys()], tickers);
  for (let month = 0; month < 60; month++) {
    const prices = new Map((await quotes(tickers)).map((quote) => [quote.ticker, dollars(quote)]));
    for (const [ticker, level] of roughLevels) {
      const ratio = prices.get(ticker)! / level;
      assert.ok(ratio > 0.6 && ratio < 1.6, `${ticker} is ${ratio} times its level`);
    }
    const ratio = (a: string, b: string) => prices.get(tickerOf(a))! / prices.get(tickerOf(b))!;
    assert.ok(Math.abs(ratio("BRK.A", "BRK.B") / 1_500 - 1) < 0.01);
    assert.ok(Math.abs(ratio("SPY", "VOO") / (690 / 634) - 1) < 0.01);
    timers.setSystemTime(timers.now + 30 * 86_400_000);
  }
});

Deno.test("by exchange hours it opens, closes, trades a little outside, and stands still at night", async () => {
  // Wednesday, 11 March 2026, in New York's summer time.
  const newYork = (day: number, hour: number, minute = 0) =>
    Date.UTC(2026, 2, day, hour + 4, minute);
  const { timers, quotes } = openMarket({ at: newYork(11, 5), hours: "exchange" });
  async function at(time: number) {
    timers.setSystemTime(time);
    return await quotes(crowd.slice(0, 100));
  }
  /** How many of the prices differ. */
  const moved = (a: readonly SourceQuote[], b: readonly SourceQuote[]) =>
    a.filter(({ price }, index) => price !== b[index]!.price).length;

  for (const [hour, session] of [[5, "pre"], [10, "open"], [17, "post"], [21, "closed"]] as const) {
    for (const quote of await at(newYork(11, hour))) assert.equal(quote.session, session);
  }
  const atClose = await at(newYork(11, 16));
  const atNight = await at(newYork(11, 20));
  assert.ok(atNight.every(({ asOf }) => asOf === newYork(11, 20)));
  assert.equal(moved(await at(newYork(12, 3)), atNight), 0);
  const nextDay = await at(newYork(12, 9, 30));
  assert.ok(moved(nextDay, atNight) > 90, "the day opens at another price");
  assert.deepEqual(nextDay.map((q) => q.previousClose), atClose.map((q) => q.price));
  const atWeekend = await at(newYork(15, 12));
  assert.ok(
    atWeekend.every(({ session, asOf }) => session === "closed" && asOf === newYork(13, 20)),
  );
  const quiet = await at(newYork(12, 17));
  assert.equal(moved(await at(newYork(12, 17) + 55_000), quiet), 0);
  assert.ok(moved(await at(newYork(12, 17) + 60_000), quiet) > 90);
  const [open, second] = [await at(newYork(12, 10)), await at(newYork(12, 10) + 5_000)];
  assert.ok(moved(open, second) > 60);
});

Deno.test("the page can say that the prices are simulated", () => {
  assert.match(openMarket().source.notice, /^Simulated prices: not real market data\.$/);
});

Deno.test("indices, crypto, currencies and shares elsewhere have rough levels, and move", async () => {
  const { timers, quotes } = openMarket();
  const levels = { "^GSPC": 6_500, "BTC-USD": 110_000, "EURUSD=X": 1.15, "VOD.L": 0.85 };
  const tickers = Object.keys(levels).map(tickerOf);
  const before = await quotes(tickers);
  timers.setSystemTime(timers.now + 60_000);
  const after = await quotes(tickers);
  Object.values(levels).forEach((level, index) => {
    const quote = after[index]!;
    const ratio = dollars(quote) / level;
    assert.ok(ratio > 0.3 && ratio < 3, `${quote.ticker} ${dollars(quote)}`);
    assert.notEqual(quote.price, before[index]!.price);
    assert.equal(quote.session, "open");
  });
});

Deno.test("a day has its open and a volume that grows until midnight", async () => {
  const { timers, quotes } = openMarket();
  const dayOf = async () => (await quotes(crowd.slice(0, 1)))[0]!.day!;
  const before = await dayOf();
  timers.setSystemTime(timers.now + 3_600_000);
  const after = await dayOf();
  assert.equal(after.open, before.open);
  assert.ok(before.volume! > 0 && after.volume! > before.volume!);
  timers.setSystemTime(Math.ceil(timers.now / 86_400_000) * 86_400_000);
  assert.ok((await dayOf()).volume! < before.volume!);
});
