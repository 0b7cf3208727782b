// Owns writing a list as a file that other programs read.

import type { Quote, Ticker } from "../quote.ts";
import type { ListFormat } from "./list_format.ts";
import { writeTradingView } from "./tradingview.ts";
import { writeYahooCsv } from "./yahoo_csv.ts";

export interface ListRow {
  readonly ticker: Ticker;
  /** Our name of it, such as "NYSE Arca". */
  readonly exchange: string;
  readonly quote?: Pick<Quote, "price" | "previousClose" | "asOf"> | undefined;
}

const writers: Readonly<Record<ListFormat, (rows: readonly ListRow[]) => string>> = {
  text: (rows) => rows.map(({ ticker }) => `${ticker}\n`).join(""),
  csv: writeYahooCsv,
  tradingview: writeTradingView,
};

/** Read back, it gives the same tickers in the same order. */
export function writeList(rows: readonly ListRow[], format: ListFormat): string {
  return writers[format](rows);
}
