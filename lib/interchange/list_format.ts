// Owns the formats in which a list is exchanged: their names, and the pieces that readers and writers pass on.

import type { Quote, Ticker } from "../quote.ts";

/** `text`: tickers alone. `csv`: a table with a column of symbols. `tradingview`: NASDAQ:AAPL, sections. */
export const listFormats = ["text", "csv", "tradingview"] as const;
export type ListFormat = typeof listFormats[number];

/** A text that stands where a ticker is expected. */
export interface Token {
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
  /** A word of a sentence, or a name in a table: it is reported and not read. */
  readonly isProse?: boolean;
}

/** A row to be written. */
export interface ListRow {
  readonly ticker: Ticker;
  /** Our name of it, such as "NYSE Arca". */
  readonly exchange: string;
  readonly quote?: Pick<Quote, "price" | "previousClose" | "asOf"> | undefined;
}
