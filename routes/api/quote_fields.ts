// Owns how a quote is written in the HTTP API: decimal text, ISO 8601 times, null for unknown values.

import type { DaySeries, Series } from "../../lib/market/day_series.ts";
import { formatPrice, type Price, type Quote, type Ticker } from "../../lib/quote.ts";
import type { Securities } from "../../lib/securities/securities.ts";

/** What is known of a ticker besides its quote. */
export interface QuoteContext {
  readonly currency?: string | undefined;
  /** The range of the prices that this service saw today. */
  readonly seen?: Pick<Series, "low" | "high"> | undefined;
}

/** For the fields of any ticker. */
export function quoteContext(
  ticker: Ticker,
  { securities, daySeries }: {
    securities: Pick<Securities, "find">;
    daySeries: Pick<DaySeries, "of">;
  },
): QuoteContext {
  return { currency: securities.find(ticker)?.currency, seen: daySeries.of(ticker) };
}

/** The fields of a row; without a price all are null. */
export function priceFieldsOf(quote: Quote | undefined, context: QuoteContext) {
  return {
    last_price: priceText(quote?.price),
    last_updated: quote ? isoTime(quote.asOf) : null,
    previous_close: priceText(quote?.previousClose),
    session: quote?.session ?? null,
    stale: quote?.stale ?? false,
    ...dayFieldsOf(quote, context),
  };
}

export function quoteFieldsOf(quote: Quote, context: QuoteContext) {
  return {
    price: priceText(quote.price),
    previous_close: priceText(quote.previousClose),
    as_of: isoTime(quote.asOf),
    seen_at: isoTime(quote.seenAt),
    source: quote.source,
    session: quote.session,
    stale: quote.stale,
    ...dayFieldsOf(quote, context),
  };
}

/** The range that the source tells; where it tells none, the one that was seen here. */
function dayFieldsOf(quote: Quote | undefined, { currency, seen }: QuoteContext) {
  const { open, high, low, volume, regularClose } = quote?.day ?? {};
  const isSeen = quote !== undefined && high === undefined && seen !== undefined;
  return {
    currency: currency ?? null,
    open: priceText(open),
    high: priceText(isSeen ? seen.high : high),
    low: priceText(isSeen ? seen.low : low),
    range_seen: isSeen,
    volume: volume ?? null,
    regular_close: priceText(regularClose),
  };
}

export function seriesFieldsOf({ points, stepMs, low, high }: Omit<Series, "lowAt" | "highAt">) {
  return {
    points: points.map(([at, price]): [number, string] => [at, formatPrice(price)]),
    step_ms: stepMs,
    low: formatPrice(low),
    high: formatPrice(high),
  };
}

function priceText(price: Price | undefined): string | null {
  return price === undefined ? null : formatPrice(price);
}

function isoTime(unixMs: number): string {
  return new Date(unixMs).toISOString();
}
