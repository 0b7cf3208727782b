import fc from "fast-check";
import assert from "node:assert/strict";
import { type CostModel, costOf, monthlyCost, tickersFor } from "./cost.ts";

const byCall: CostModel = { cost: "call", batchSize: 50 };
const bySymbol: CostModel = { cost: "symbol", batchSize: 50 };
const wholeMarket: CostModel = { cost: "market", batchSize: 20_000 };

Deno.test("a batch costs one call; where symbols are billed, each symbol costs a credit", () => {
  const counts = [0, 1, 50, 51, 10_000];
  assert.deepEqual(counts.map((count) => costOf(byCall, count)), [0, 1, 1, 2, 200]);
  assert.deepEqual(counts.map((count) => costOf(bySymbol, count)), counts);
  assert.deepEqual(counts.map((count) => costOf(wholeMarket, count)), [0, 1, 1, 1, 1]);
});

Deno.test("the tickers for an amount never cost more than the amount", () => {
  const model = fc.record({
    cost: fc.constantFrom("call" as const, "symbol" as const, "market" as const),
    batchSize: fc.integer({ min: 1, max: 1_000 }),
  });
  fc.assert(fc.property(model, fc.double({ min: -5, max: 500, noNaN: true }), (source, money) => {
    const tickers = tickersFor(source, money);
    assert.ok(costOf(source, tickers) <= Math.max(0, money));
    assert.ok(costOf(source, tickers + 1) > Math.floor(money));
  }));
});

Deno.test("a month of 5-second polling costs what the arithmetic says", () => {
  const every5s = (tickers: number) => ({ tickers, cadenceMs: 5_000 });
  assert.equal(monthlyCost({ ...byCall, hours: "always" }, every5s(100)), 2 * 518_400);
  assert.equal(monthlyCost({ ...byCall, hours: "exchange" }, every5s(100)), 2 * 241_920);
  assert.equal(monthlyCost({ ...bySymbol, hours: "exchange" }, every5s(1_000)), 241_920_000);
  assert.equal(monthlyCost({ ...wholeMarket, hours: "exchange" }, every5s(10_000)), 241_920);
});
