// Owns the names of the formats a list is exchanged in, and telling which one a text is in.

import { hasHeader } from "./yahoo_csv.ts";

/** `text`: tickers alone. `csv`: a table with a column of symbols. `tradingview`: NASDAQ:AAPL, sections. */
export const listFormats = ["text", "csv", "tradingview"] as const;
export type ListFormat = typeof listFormats[number];

const tradingViewSigns = /^[ \t]*###|(?:^|,)[ \t]*\w+:[^\s,]/m;

export function detectFormat(text: string): ListFormat {
  if (hasHeader(text)) return "csv";
  return tradingViewSigns.test(text) ? "tradingview" : "text";
}
