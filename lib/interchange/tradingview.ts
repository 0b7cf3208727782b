// Owns the spellings of exchanges beside a symbol: NASDAQ:AAPL of TradingView, AAPL:NASDAQ of Google.

import type { ListRow } from "./list_format.ts";

const prefixOfExchange: Readonly<Record<string, string>> = {
  "NASDAQ": "NASDAQ",
  "NYSE": "NYSE",
  "NYSE Arca": "AMEX",
  "NYSE American": "AMEX",
  "Cboe BZX": "CBOE",
};

/** As others name the exchanges: Google Finance, the codes of ISO 10383, data providers, former names. */
const knownPrefixes = new Set([
  ...Object.values(prefixOfExchange),
  ..."ARCA ARCX NYSEARCA PCX XNAS XNYS XASE NYSEAMERICAN NYSEMKT BATS BZX XNMS XNGS XNCM".split(
    " ",
  ),
]);

export interface ExchangeSymbol {
  readonly symbol: string;
  /** The text names an exchange that is not one of ours: there the same letters mean another company. */
  readonly isElsewhere: boolean;
}

/** A symbol without an exchange is taken to be on one of ours. */
export function readSymbol(text: string): ExchangeSymbol {
  const colon = text.indexOf(":");
  if (colon < 0) return { symbol: text, isElsewhere: false };
  const [before, after] = [text.slice(0, colon), text.slice(colon + 1)];
  // Google Finance writes AAPL:NASDAQ in its addresses.
  if (knownPrefixes.has(after.toUpperCase())) return { symbol: before, isElsewhere: false };
  return { symbol: after, isElsewhere: !knownPrefixes.has(before.toUpperCase()) };
}

export function writeTradingView(rows: readonly ListRow[]): string {
  return rows.map(({ ticker, exchange }) => {
    const prefix = prefixOfExchange[exchange];
    return prefix ? `${prefix}:${ticker}` : ticker;
  }).join(",");
}
