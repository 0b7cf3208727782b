// Owns how a quote is written in the HTTP API: decimal text, ISO 8601 times, null for unknown values.

import type { Series } from "../../lib/market/day_series.ts";
import { formatPrice, type Price, type Quote } from "../../lib/quote.ts";

/** The fields of a row; without a price all are null. */
export function priceFieldsOf(quote: Quote | undefined) {
  return {
    last_price: priceText(quote?.price),
    last_updated: quote ? isoTime(quote.asOf) : null,
    previous_close: priceText(quote?.previousClose),
    session: quote?.session ?? null,
    stale: quote?.stale ?? false,
  };
}

export function quoteFieldsOf(quote: Quote) {
  return {
    price: priceText(quote.price),
    previous_close: priceText(quote.previousClose),
    as_of: isoTime(quote.asOf),
    seen_at: isoTime(quote.seenAt),
    source: quote.source,
    session: quote.session,
    stale: quote.stale,
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
