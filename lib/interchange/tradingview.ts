// Owns symbols with an exchange: TradingView writes NASDAQ:AAPL, Google writes AAPL:NASDAQ.

import type { ListRow } from "./list_format.ts";

const prefixOfExchange: Readonly<Record<string, string>> = {
  "NASDAQ": "NASDAQ",
  "NYSE": "NYSE",
  "NYSE Arca": "AMEX",
  "NYSE American": "AMEX",
  "Cboe BZX": "CBOE",
};

/** Also the names that Google Finance and data providers use, the codes of ISO 10383, and former names. */
const knownPrefixes = new Set([
  ...Object.values(prefixOfExchange),
  ..."ARCA ARCX NYSEARCA PCX XNAS XNYS XASE NYSEAMERICAN NYSEMKT BATS BZX XNMS XNGS XNCM".split(
    " ",
  ),
]);

export interface ExchangeSymbol {
  readonly symbol: string;
  /** True if the text names an exchange that is not one of ours. There the same letters mean another company. */
  readonly isOtherExchange: boolean;
}

/** A symbol without an exchange is assumed to be on one of ours. */
export function readSymbol(text: string): ExchangeSymbol {
  const colon = text.indexOf(":");
  if (colon < 0) return { symbol: text, isOtherExchange: false };
  const [before, after] = [text.slice(0, colon), text.slice(colon + 1)];
  // Google Finance has AAPL:NASDAQ in its URLs.
  if (knownPrefixes.has(after.toUpperCase())) return { symbol: before, isOtherExchange: false };
  return { symbol: after, isOtherExchange: !knownPrefixes.has(before.toUpperCase()) };
}

export function writeTradingView(rows: readonly ListRow[]): string {
  return rows.map(({ ticker, exchange }) => {
    const prefix = prefixOfExchange[exchange];
    return prefix ? `${prefix}:${ticker}` : ticker;
  }).join(",");
}
