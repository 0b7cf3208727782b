// Owns the shapes of Finnhub: the symbols of the US exchanges, and a quote for each call.

import type { ProviderShape } from "./shape.ts";

export const finnhub: ProviderShape = {
  name: "finnhub",
  preferred: "BAC.PRL",
  env: (url) => ({ FINNHUB_API_KEY: "key", FINNHUB_API_URL: url }),
  answer({ pathname, searchParams }, market) {
    if (pathname === "/api/v1/stock/symbol") {
      const rows = [...market.values()].map(({ ticker, name, isFund }) => ({
        currency: "USD",
        description: name,
        displaySymbol: ticker,
        mic: "XNAS",
        symbol: ticker,
        type: isFund ? "ETP" : "Common Stock",
      }));
      return { body: JSON.stringify(rows) };
    }
    if (pathname !== "/api/v1/quote") return undefined;
    const symbol = searchParams.get("symbol") ?? "";
    const price = market.get(symbol)?.price ?? 0;
    const time = price === 0 ? 0 : 1_773_239_400;
    return { body: `{"c":${price},"d":0,"pc":${price},"t":${time}}`, symbols: [symbol] };
  },
};
