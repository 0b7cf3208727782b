// Owns the cost of polling in the provider's own unit: calls, symbols or whole markets. Pure.

import type { QuoteSource } from "../../lib/sources/source.ts";

/** What a provider bills, and how much one call takes. */
export type CostModel = Pick<QuoteSource, "cost" | "batchSize">;

/** The calls (or credits, where symbols are billed) that it costs to read this number of tickers once. */
export function costOf({ cost, batchSize }: CostModel, tickers: number): number {
  return cost === "symbol" ? tickers : Math.ceil(tickers / batchSize);
}

/** Halves in which one ticker of a batch is found. Where symbols are billed, each split would cost the batch again. */
export function splitsFor({ cost, batchSize }: CostModel): number {
  return cost === "symbol" ? 0 : Math.ceil(Math.log2(batchSize));
}

/** How many tickers can be read for this amount. */
export function tickersFor({ cost, batchSize }: CostModel, spendable: number): number {
  const units = Math.max(0, Math.floor(spendable));
  return cost === "symbol" ? units : units * batchSize;
}

/** A year has 252 trading days; a trading day has 16 hours from pre-market to post-market. */
const daysOfMonth = { always: 30, exchange: 21 } as const;
const hoursOfDay = { always: 24, exchange: 16 } as const;

/** The cost of a month in which this number of tickers is always watched. */
export function monthlyCost(
  source: CostModel & Pick<QuoteSource, "hours">,
  { tickers, cadenceMs }: { tickers: number; cadenceMs: number },
): number {
  const polledMs = daysOfMonth[source.hours] * hoursOfDay[source.hours] * 3_600_000;
  return costOf(source, tickers) * Math.floor(polledMs / cadenceMs);
}
