// Owns sample quotes and ticks for the tests of the bus and of what stands on it. No product code imports it.

import { parsePrice, parseTicker, type Price, type Quote, type Ticker } from "../quote.ts";
import type { Interest, Tick } from "./bus.ts";

export function ticker(text: string): Ticker {
  const parsed = parseTicker(text);
  if (!parsed) throw new Error(`"${text}" is no ticker.`);
  return parsed;
}

export function price(text: string): Price {
  const parsed = parsePrice(text);
  if (!parsed) throw new Error(`"${text}" is no price.`);
  return parsed;
}

/** A fresh quote read at `at`; the members given replace those of the sample. */
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
