// Owns the list of Finnhub: the symbols of all US exchanges, in one call.

import { below, type ListOptions } from "../http/source.ts";
import { listedSecurities, rowsIn } from "./rows.ts";

export function finnhubList(url: URL): ListOptions {
  return {
    bodyBytesMax: 32 * 1024 * 1024,
    address: () => below(url, "api/v1/stock/symbol?exchange=US"),
    read(value) {
      const rows = rowsIn(value);
      return rows && {
        securities: listedSecurities(
          rows.map(({ symbol, description, mic, currency, type }) => ({
            symbol,
            name: description,
            exchange: mic,
            currency,
            kind: /\bETP\b|Fund/.test(String(type)) ? "fund" : "share",
          })),
        ),
      };
    },
  };
}
