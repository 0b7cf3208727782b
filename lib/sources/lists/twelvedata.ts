// Owns the list of Twelve Data: the shares and then the exchange-traded funds of the United States, in one call each.

import { below, type ListOptions } from "../http/source.ts";
import { preferredSpelling } from "./preferred.ts";
import { listedSecurities, memberOf, rowsIn } from "./rows.ts";

/** BAC.PR.L */
export const twelvedataPreferred = preferredSpelling(".PR.");

const fundsStep = "etfs";

export function twelvedataList(url: URL): ListOptions {
  return {
    bodyBytesMax: 32 * 1024 * 1024,
    address: (cursor = "stocks") => below(url, `${cursor}?country=United%20States`),
    read(value, cursor) {
      const rows = rowsIn(memberOf(value, "data"));
      const count = memberOf(value, "count");
      const isCut = typeof count === "number" && rows !== undefined && rows.length < count;
      if (!rows || isCut) return undefined;
      const isFunds = cursor === fundsStep;
      const securities = listedSecurities(
        rows.map(({ symbol, name, exchange, currency, type }) => ({
          symbol,
          name,
          exchange,
          currency,
          kind: isFunds || /\b(ETF|Fund)\b/i.test(String(type)) ? "fund" : "share",
        })),
        twelvedataPreferred.tickerText,
      );
      return { securities, ...(!isFunds && { next: fundsStep }) };
    },
  };
}
