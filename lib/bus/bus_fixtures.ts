// Owns sample quotes, ticks and interest for tests. No product code imports it.

import { parsePrice, parseTicker, type Price, type Quote, type Ticker } from "../quote.ts";
import type { Interest, Tick } from "./bus.ts";

export function ticker(text: string): Ticker {
  const parsed = parseTicker(text);
  if (!parsed) throw new Error(`"${text}" is not a ticker.`);
  return parsed;
}

export function price(text: string): Price {
  const parsed = parsePrice(text);
  if (!parsed) throw new Error(`"${text}" is not a price.`);
  return parsed;
}

/** A fresh quote that was read at `at`. The given members replace those of the sample. */
export function sampleQuote(
  symbol: string,
  { at, ...members }: { at: number } & Partial<Omit<Quote, "ticker">>,
): Quote {
  return {
    ticker: ticker(symbol),
    price: price("100"),
    asOf: at,
    seenAt: at,
    source: "sample",
    session: "open",
    stale: false,
    ...members,
  };
}

/** A tick at a mark of a 5-second cadence. */
export function sampleTick(
  tick: Pick<Tick, "epoch" | "seq" | "at"> & Partial<Tick>,
): Tick {
  return {
    kind: "mark",
    tickMs: 5_000,
    nextAt: tick.at + 5_000,
    quotes: [],
    unchanged: [],
    ...tick,
  };
}

export function interest(
  { signedIn = [], anonymous = [] }: { signedIn?: string[]; anonymous?: string[] },
): Interest {
  return { signedIn: signedIn.map(ticker), anonymous: anonymous.map(ticker) };
}
