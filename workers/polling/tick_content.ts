// Owns the content of a tick: which of the quotes just read differ from the known ones, and which are unchanged. Pure.

import type { Tick } from "../../lib/bus/bus.ts";
import type { DayFacts, Quote, Ticker } from "../../lib/quote.ts";
import type { ReadQuote } from "../upstream/upstreams.ts";

export type TickContent = Pick<Tick, "quotes" | "unchanged" | "unchangedAsOf">;

export function compareQuotes(
  read: readonly ReadQuote[],
  known: readonly Quote[],
): TickContent {
  const former = new Map(known.map((quote) => [quote.ticker, quote]));
  // A newer time of the source is a change. A source without times only renews the age of an unchanged price.
  const hasTimes = read.some(({ asOf }) => asOf !== undefined);
  const quotes: Quote[] = [];
  const unchanged: Ticker[] = [];
  for (const item of read) {
    const quote = quoteOf(item);
    const present = former.get(quote.ticker);
    if (!present || differs(quote, present)) quotes.push(quote);
    else if (hasTimes && quote.asOf > present.asOf) quotes.push(quote);
    else unchanged.push(quote.ticker);
  }
  if (hasTimes || unchanged.length === 0) return { quotes, unchanged };
  const requests = read.map(({ requestedAt }) => requestedAt);
  return { quotes, unchanged, unchangedAsOf: requests.reduce((a, b) => Math.min(a, b)) };
}

function quoteOf({ requestedAt, readAt, asOf, ...quote }: ReadQuote): Quote {
  return {
    ...quote,
    // Otherwise a source whose clock runs ahead would outrank every later price.
    asOf: Math.min(asOf ?? requestedAt, readAt),
    seenAt: readAt,
    stale: false,
  };
}

function differs(latter: Quote, former: Quote): boolean {
  return latter.price !== former.price || latter.previousClose !== former.previousClose ||
    latter.session !== former.session || latter.source !== former.source ||
    dayFacts.some((fact) => latter.day?.[fact] !== former.day?.[fact]);
}

/** A volume that grows alone does not count: it is published with the next change. */
const dayFacts: readonly (keyof DayFacts)[] = ["open", "high", "low", "regularClose"];
