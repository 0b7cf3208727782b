// Owns TradingView's spelling of exchanges: NASDAQ:AAPL.

import type { ListRow } from "./list_format.ts";

const prefixOfExchange: Readonly<Record<string, string>> = {
  "NASDAQ": "NASDAQ",
  "NYSE": "NYSE",
  "NYSE Arca": "AMEX",
  "NYSE American": "AMEX",
  "Cboe BZX": "CBOE",
};

/** BATS is the former name of Cboe BZX; others write ARCA for NYSE Arca. */
const knownPrefixes = new Set([...Object.values(prefixOfExchange), "ARCA", "BATS"]);

export interface ExchangeSymbol {
  readonly symbol: string;
  /** The text names an exchange that is not one of ours: there the same letters mean another company. */
  readonly isElsewhere: boolean;
}

/** A symbol without an exchange is taken to be on one of ours. */
export function readSymbol(text: string): ExchangeSymbol {
  const colon = text.indexOf(":");
  if (colon < 0) return { symbol: text, isElsewhere: false };
  const prefix = text.slice(0, colon).toUpperCase();
  return { symbol: text.slice(colon + 1), isElsewhere: !knownPrefixes.has(prefix) };
}

export function writeTradingView(rows: readonly ListRow[]): string {
  return rows.map(({ ticker, exchange }) => {
    const prefix = prefixOfExchange[exchange];
    return prefix ? `${prefix}:${ticker}` : ticker;
  }).join(",");
}
