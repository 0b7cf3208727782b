// Owns the names of the formats for lists, and the types that their readers and writers share.

import type { Quote, Ticker } from "../quote.ts";

/** `text`: only tickers. `csv`: a table with a column of symbols. `tradingview`: symbols like NASDAQ:AAPL, in sections. */
export const listFormats = ["text", "csv", "tradingview"] as const;
export type ListFormat = typeof listFormats[number];

/** A text at a place where a ticker is expected. */
export interface Token {
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
  /** True for a word of a sentence or a name in a table. It is reported as "not a ticker". */
  readonly isProse?: boolean;
}

/** One ticker of a list that is exported. */
export interface ListRow {
  readonly ticker: Ticker;
  /** Our name of the exchange, such as "NYSE Arca". */
  readonly exchange: string;
  readonly quote?: Pick<Quote, "price" | "previousClose" | "asOf"> | undefined;
}
