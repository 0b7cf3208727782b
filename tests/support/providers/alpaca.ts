// Owns the shapes of Alpaca: assets of the trading API, snapshots of the data API.

import type { ProviderShape } from "./shape.ts";

export const alpaca: ProviderShape = {
  name: "alpaca",
  preferred: "BAC.PRL",
  env: (url) => ({
    ALPACA_API_KEY_ID: "id",
    ALPACA_API_SECRET_KEY: "secret",
    ALPACA_API_URL: url,
  }),
  answer({ pathname, searchParams }, market) {
    if (pathname === "/v2/assets") {
      const rows = [...market.values()].map(({ ticker, name }) => ({
        id: crypto.randomUUID(),
        class: "us_equity",
        exchange: "NASDAQ",
        symbol: ticker,
        name,
        status: "active",
        tradable: true,
      }));
      return { body: JSON.stringify(rows) };
    }
    if (pathname !== "/v2/stocks/snapshots") return undefined;
    const symbols = searchParams.get("symbols")?.split(",") ?? [];
    const rows = symbols.flatMap((symbol) => {
      const price = market.get(symbol)?.price;
      const at = "2026-03-11T14:30:00Z";
      return price ? [`"${symbol}":{"latestTrade":{"t":"${at}","p":${price}}}`] : [];
    });
    return { body: `{${rows.join(",")}}`, symbols };
  },
};
