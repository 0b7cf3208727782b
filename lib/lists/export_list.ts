// Owns exporting a list as a file: its text, its type and its name. lib/interchange owns the formats.

import type { Bus } from "../bus/bus.ts";
import type { ListFormat } from "../interchange/list_format.ts";
import { attachmentOf, writeList } from "../interchange/write_list.ts";
import type { Securities } from "../securities/securities.ts";
import type { Watchlist } from "../watchlist.ts";

const contentTypes = {
  text: "text/plain; charset=utf-8",
  csv: "text/csv; charset=utf-8",
  tradingview: "text/plain; charset=utf-8",
} as const satisfies Record<ListFormat, string>;

export interface ListFile {
  readonly text: string;
  /** The headers of the response that contains the file. */
  readonly headers: { readonly "Content-Type": string; readonly "Content-Disposition": string };
}

export function exportList(
  list: Watchlist,
  { format, securities, bus }: {
    format: ListFormat;
    securities: Pick<Securities, "find">;
    bus: Pick<Bus, "latest">;
  },
): ListFile {
  const quotes = new Map(bus.latest(list.tickers).quotes.map((quote) => [quote.ticker, quote]));
  const rows = list.tickers.map((ticker) => ({
    ticker,
    exchange: securities.find(ticker)?.exchange ?? "",
    quote: quotes.get(ticker),
  }));
  return {
    text: writeList(rows, format),
    headers: {
      "Content-Type": contentTypes[format],
      "Content-Disposition": attachmentOf(list.name, format),
    },
  };
}
