// Owns the quotes of Tiingo: the IEX exchange's last prices, of the wanted symbols or of all, in one call.

import { below, createHttpSource } from "./http/source.ts";
import { at, isoTimeOf, readQuotes, rowsBy } from "./http/read_quote.ts";
import { tiingoList, tiingoSpelling } from "./lists/tiingo.ts";
import type { SourceDefinition } from "./source.ts";

export const tiingo: SourceDefinition = {
  name: "tiingo",
  variables: [
    { name: "TIINGO_API_KEY", meaning: "token of Tiingo" },
    { name: "TIINGO_API_URL", meaning: "another address, for tests" },
    { name: "TIINGO_LIST_URL", meaning: "another address of its list, for tests" },
  ],
  configure(env) {
    const headers = { authorization: `Token ${env.text("TIINGO_API_KEY")}` };
    const url = env.url("TIINGO_API_URL", apiUrl);
    // A test's address serves both.
    const listUrl = env.url(
      "TIINGO_LIST_URL",
      url.origin === apiUrl ? "https://apimedia.tiingo.com" : url.href,
    );
    return ({ clock }) =>
      createHttpSource({
        name: "tiingo",
        notice: "Prices of the IEX exchange, by Tiingo.",
        cost: "market",
        batchSize: 20_000,
        limits: [{ calls: 50, windowMs: 3_600_000 }, { calls: 1_000, windowMs: 86_400_000 }],
        clock,
        headers,
        bodyBytesMax: 32 * 1024 * 1024,
        symbolOf: tiingoSpelling.symbolOf,
        address(symbols) {
          const list = symbols.join(",");
          return below(url, `iex/${list.length <= filterLengthMax ? `?tickers=${list}` : ""}`);
        },
        read(value, asked) {
          const rows = rowsBy("ticker", value);
          return rows && readQuotes(asked, (symbol) => {
            const row = rows.get(symbol);
            const previousClose = at(row, "prevClose");
            const day = {
              open: at(row, "open"),
              high: at(row, "high"),
              low: at(row, "low"),
              volume: at(row, "volume"),
            };
            const [asOf, soldAt] = [at(row, "timestamp"), at(row, "lastSaleTimestamp")];
            return [
              { price: at(row, "tngoLast"), previousClose, asOf: isoTimeOf(asOf), day },
              { price: at(row, "last"), previousClose, asOf: isoTimeOf(soldAt), day },
            ];
          });
        },
        list: tiingoList(listUrl),
      });
  },
};

const apiUrl = "https://api.tiingo.com";
/** A longer list of symbols does not fit into an address: then all are read, at the same price. */
const filterLengthMax = 6_000;
