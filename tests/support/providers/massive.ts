// Owns the shapes of Massive: pages of a thousand tickers, and a snapshot of the market. It spells BAC.PRL as BACpL.

import type { ProviderShape } from "./shape.ts";

const pageSize = 1_000;
const spelled = (ticker: string) => ticker.replace(/\.PR([A-Z])$/, "p$1");

export const massive: ProviderShape = {
  name: "massive",
  preferred: "BACpL",
  env: (url) => ({ MASSIVE_API_KEY: "key", MASSIVE_API_URL: url }),
  answer({ pathname, searchParams }, market, base) {
    const all = [...market.values()];
    if (pathname === "/v3/reference/tickers") {
      const from = Number(searchParams.get("cursor") ?? 0);
      const results = all.slice(from, from + pageSize).map(({ ticker, name, isFund }) => ({
        ticker: spelled(ticker),
        name,
        market: "stocks",
        locale: "us",
        primary_exchange: "XNAS",
        type: isFund ? "ETF" : "CS",
        active: true,
        currency_name: "usd",
      }));
      const next = from + pageSize;
      const next_url = `${base}/v3/reference/tickers?cursor=${next}`;
      const page = { status: "OK", count: results.length, results };
      return { body: JSON.stringify(next < all.length ? { ...page, next_url } : page) };
    }
    if (!pathname.startsWith("/v2/snapshot/")) return undefined;
    const symbols = searchParams.get("tickers")?.split(",") ?? [];
    const rows = all.flatMap(({ ticker, price }) => {
      const symbol = spelled(ticker);
      const row = `{"ticker":"${symbol}","updated":1773239400000000000,"day":{"c":${price}}}`;
      return symbols.includes(symbol) ? [row] : [];
    });
    return { body: `{"status":"OK","tickers":[${rows.join(",")}]}`, symbols };
  },
};
