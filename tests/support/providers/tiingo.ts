// Owns the shapes of Tiingo: a packed CSV file of its tickers, and last prices of the IEX exchange. It spells BAC.PRL as BAC-P-L.

import { zipOf } from "../../../lib/sources/http/zip_fixtures.ts";
import type { ProviderShape } from "./shape.ts";

const spelled = (ticker: string) => ticker.replace(/\.PR([A-Z])$/, "-P-$1").replaceAll(".", "-");

export const tiingo: ProviderShape = {
  name: "tiingo",
  preferred: "BAC-P-L",
  hasNoNames: true,
  env: (url) => ({ TIINGO_API_KEY: "key", TIINGO_API_URL: url }),
  answer({ pathname, searchParams }, market) {
    const all = [...market.values()];
    if (pathname.endsWith("/supported_tickers.zip")) {
      const lines = all.map(({ ticker, isFund }) =>
        `${spelled(ticker)},NASDAQ,${isFund ? "ETF" : "Stock"},USD,2001-01-02,2026-03-10`
      );
      const head = "ticker,exchange,assetType,priceCurrency,startDate,endDate";
      return { body: zipOf([head, ...lines, ""].join("\n")) };
    }
    if (pathname !== "/iex/") return undefined;
    const symbols = searchParams.get("tickers")?.split(",") ?? [];
    const rows = all.flatMap(({ ticker, price }) => {
      const at = "2026-03-11T14:30:00Z";
      const row = `{"ticker":"${spelled(ticker)}","tngoLast":${price},"timestamp":"${at}"}`;
      return symbols.includes(spelled(ticker)) ? [row] : [];
    });
    return { body: `[${rows.join(",")}]`, symbols };
  },
};
