// Owns writing TradingView's lists, where a symbol has its exchange: NASDAQ:AAPL.

import { tradingViewPrefix } from "../securities/exchanges.ts";
import type { ListRow } from "./list_format.ts";

export function writeTradingView(rows: readonly ListRow[]): string {
  return rows.map(({ ticker, exchange }) => {
    const prefix = tradingViewPrefix(exchange);
    return prefix ? `${prefix}:${ticker}` : ticker;
  }).join(",");
}
