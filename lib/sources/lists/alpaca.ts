// Owns the list of Alpaca: the active US equities of its trading API, in one call.

import type { ListOptions } from "../http/source.ts";
import { below } from "../http/source.ts";
import { listedSecurities, rowsIn } from "./rows.ts";

export function alpacaList(tradingUrl: URL): ListOptions {
  return {
    bodyBytesMax: 32 * 1024 * 1024,
    address: () => below(tradingUrl, "v2/assets?status=active&asset_class=us_equity"),
    read(value) {
      const rows = rowsIn(value);
      return rows && {
        securities: listedSecurities(rows.map(({ symbol, name, exchange }) => ({
          symbol,
          name,
          exchange,
          // The list says neither; an exchange-traded fund has the letters in its name.
          kind: /\bET[FN]\b/.test(String(name)) ? "fund" : "share",
          currency: "USD",
        }))),
      };
    },
  };
}
