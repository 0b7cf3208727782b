// Owns the tickers, prices and arbitrary lists for the tests of this folder.

import assert from "node:assert/strict";
import fc from "fast-check";
import { parsePrice, parseTicker, type Price, type Ticker } from "../quote.ts";
import { readSymbol } from "../securities/find_security.ts";
import type { ListRow } from "./list_format.ts";

export function ticker(text: string): Ticker {
  const found = parseTicker(text);
  assert.ok(found, `${text} is a ticker`);
  return found;
}

export function price(text: string): Price {
  const found = parsePrice(text);
  assert.ok(found, `${text} is a price`);
  return found;
}

/** Resolves the spellings of these tickers, as the import does with all securities. */
export function resolverOf(tickers: Iterable<string>) {
  const known = new Set(tickers);
  return (text: string) => readSymbol(text, (ticker) => known.has(ticker));
}

export const exchanges = ["NASDAQ", "NYSE", "NYSE Arca", "NYSE American", "Cboe BZX", "Elsewhere"];

/** Our spelling of a share class has a dot, so none of our tickers has a dash. */
const arbitraryTicker = fc.stringMatching(/^[A-Z0-9][A-Z0-9.]{0,14}$/).map(ticker);
const arbitraryPrice = fc.integer({ min: 1, max: 1_000_000_000 })
  .map((cents) => price((cents / 100).toFixed(2)));
const arbitraryQuote = fc.record({
  price: arbitraryPrice,
  previousClose: arbitraryPrice,
  asOf: fc.integer({ min: 0, max: 4e12 }),
}, { requiredKeys: ["price", "asOf"] });

export const arbitraryRows: fc.Arbitrary<ListRow[]> = fc.uniqueArray(
  fc.record({
    ticker: arbitraryTicker,
    exchange: fc.constantFrom(...exchanges),
    quote: fc.option(arbitraryQuote, { nil: undefined }),
  }),
  { selector: ({ ticker }) => ticker, maxLength: 200 },
);
