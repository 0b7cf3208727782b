// Owns the list of Tiingo: a packed CSV file of all tickers it ever had, without names. Those that US exchanges list now count.

import { below, type ListOptions } from "../http/source.ts";
import { readZipText } from "../http/zip.ts";
import { preferredSpelling } from "./preferred.ts";
import { listedSecurities } from "./rows.ts";

const preferred = preferredSpelling("-P-");

/** BAC-P-L and BRK-B. */
export const tiingoSpelling = {
  tickerText(symbol: string): string {
    return preferred.tickerText(symbol).replaceAll("-", ".");
  },
  symbolOf: (ticker: string) => preferred.symbolOf(ticker).replaceAll(".", "-"),
};

const columns = ["ticker", "exchange", "assetType", "priceCurrency", "startDate", "endDate"];
/** Unpacked the file has less than 10 MB. A longer one is not read to its end, however small it is packed. */
const packedBytesMax = 16 * 1024 * 1024;
const textBytesMax = 64 * 1024 * 1024;
const usExchanges = new Set(["NASDAQ", "NYSE", "NYSE ARCA", "NYSE MKT", "AMEX", "BATS"]);
const kinds = new Map<string | undefined, "share" | "fund">([["Stock", "share"], ["ETF", "fund"]]);
/** A ticker's last day is at most this long before the last day of the file: longer than any pause of trading is usual. */
const pauseMsMax = 14 * 86_400_000;

export function tiingoList(url: URL): ListOptions {
  return {
    bodyBytesMax: packedBytesMax,
    headers: { accept: "application/zip" },
    unpack: (response) => readZipText(response, { packedBytesMax, textBytesMax }),
    parse: (text) => text.split(/\r?\n/),
    address: () => below(url, "docs/tiingo/daily/supported_tickers.zip"),
    read(value) {
      const [head, ...lines] = value as string[];
      if (head !== columns.join(",")) return undefined;
      const rows = lines.filter(Boolean).map((line) => line.split(","));
      // A row without all columns means that the file was cut off.
      if (rows.some(({ length }) => length !== columns.length)) return undefined;
      const lastDay = rows.reduce((last, [, , , , , day = ""]) => day > last ? day : last, "");
      const listedSince = new Date(Date.parse(lastDay) - pauseMsMax);
      if (Number.isNaN(listedSince.getTime())) return undefined;
      const firstDay = listedSince.toISOString().slice(0, 10);
      const present = rows.filter(([, exchange = "", type, currency, , day = ""]) =>
        usExchanges.has(exchange) && kinds.has(type) && currency === "USD" && day >= firstDay
      );
      const securities = listedSecurities(
        present.map(([symbol, exchange, type, currency]) => ({
          symbol,
          name: "",
          exchange,
          currency,
          kind: kinds.get(type),
        })),
        tiingoSpelling.tickerText,
      );
      return { securities };
    },
  };
}
