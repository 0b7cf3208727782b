// Owns the shapes of Twelve Data: shares, funds, and quotes of several symbols. It spells BAC.PRL as BAC.PR.L.

import type { ProviderShape } from "./shape.ts";

const spelled = (ticker: string) => ticker.replace(/\.PR([A-Z])$/, ".PR.$1");

export const twelvedata: ProviderShape = {
  name: "twelvedata",
  preferred: "BAC.PR.L",
  env: (url) => ({ TWELVEDATA_API_KEY: "key", TWELVEDATA_API_URL: url }),
  answer({ pathname, searchParams }, market) {
    const all = [...market.values()];
    if (pathname === "/stocks" || pathname === "/etfs") {
      const data = all.filter(({ isFund = false }) => isFund === (pathname === "/etfs"))
        .map(({ ticker, name }) => ({
          symbol: spelled(ticker),
          name,
          currency: "USD",
          exchange: "NASDAQ",
          mic_code: "XNGS",
          country: "United States",
        }));
      return { body: JSON.stringify({ data, count: data.length, status: "ok" }) };
    }
    if (pathname !== "/quote") return undefined;
    const symbols = searchParams.get("symbol")?.split(",") ?? [];
    const rows = symbols.map((symbol) => {
      const price = all.find(({ ticker }) => spelled(ticker) === symbol)?.price;
      return price
        ? { symbol, close: price, previous_close: price, timestamp: 1_773_239_400 }
        : { code: 404, message: "symbol not found", status: "error" };
    });
    const keyed = Object.fromEntries(symbols.map((symbol, at) => [symbol, rows[at]]));
    return { body: JSON.stringify(symbols.length === 1 ? rows[0] : keyed), symbols };
  },
};
