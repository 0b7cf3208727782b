// Owns the quotes of Massive (formerly Polygon): a snapshot of the whole market in one call, or of the wanted symbols.

import { below, createHttpSource } from "./http/source.ts";
import { at, type Reading, readQuotes, rowsBy, timeOf } from "./http/read_quote.ts";
import { massiveList, massivePreferred } from "./lists/massive.ts";
import { paidLimits, type SourceDefinition } from "./source.ts";

export const massive: SourceDefinition = {
  name: "massive",
  variables: [
    { name: "MASSIVE_API_KEY", meaning: "key of Massive, whose plan includes snapshots" },
    { name: "MASSIVE_API_URL", meaning: "another address, for tests" },
  ],
  configure(env) {
    const headers = { authorization: `Bearer ${env.text("MASSIVE_API_KEY")}` };
    const url = env.url("MASSIVE_API_URL", "https://api.massive.com");
    return ({ clock }) =>
      createHttpSource({
        name: "massive",
        notice: "Prices by Massive.",
        cost: "market",
        batchSize: 20_000,
        limits: paidLimits,
        clock,
        headers,
        bodyBytesMax: 32 * 1024 * 1024,
        symbolOf: massivePreferred.symbolOf,
        address(symbols) {
          const list = symbols.join(",");
          const query = list.length <= filterLengthMax ? `?tickers=${list}` : "";
          return below(url, `v2/snapshot/locale/us/markets/stocks/tickers${query}`);
        },
        read(value, asked) {
          const rows = rowsBy("ticker", at(value, "tickers"));
          return rows && readQuotes(asked, (symbol) => readings(rows.get(symbol)));
        },
        list: massiveList(url),
      });
  },
};

/** A longer list of symbols does not fit into an address: then the whole market is read, at the same price. */
const filterLengthMax = 6_000;

/** Plans without trades have only the day's bar, which is zero until the first trade of the day. */
function readings(row: unknown): Reading[] {
  const updatedAt = timeOf(at(row, "updated"), "ns");
  const sameDay = {
    previousClose: at(row, "prevDay", "c"),
    change: at(row, "todaysChange"),
    day: {
      open: at(row, "day", "o"),
      high: at(row, "day", "h"),
      low: at(row, "day", "l"),
      volume: at(row, "day", "v"),
      regularClose: at(row, "day", "c"),
    },
  };
  const trade = {
    ...sameDay,
    price: at(row, "lastTrade", "p"),
    asOf: timeOf(at(row, "lastTrade", "t"), "ns") ?? updatedAt,
  };
  const day = { ...sameDay, price: at(row, "day", "c"), asOf: updatedAt };
  return updatedAt === undefined ? [trade] : [trade, day];
}
