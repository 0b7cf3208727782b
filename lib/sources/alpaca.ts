// Owns the quotes of Alpaca: snapshots of many symbols in one call. The free plan sees trades on the IEX exchange only.

import { membersOf } from "./http/decimal_json.ts";
import { below, createHttpSource } from "./http/source.ts";
import { at, isoTimeOf, type Reading, readQuotes } from "./http/read_quote.ts";
import { alpacaList } from "./lists/alpaca.ts";
import type { SourceDefinition } from "./source.ts";

export const alpaca: SourceDefinition = {
  name: "alpaca",
  variables: [
    { name: "ALPACA_API_KEY_ID", meaning: "key id of Alpaca's market data" },
    { name: "ALPACA_API_SECRET_KEY", meaning: "its secret" },
    { name: "ALPACA_FEED", meaning: "`iex` (the default, free) or `sip` (paid)" },
    { name: "ALPACA_API_URL", meaning: "another address, for tests" },
    {
      name: "ALPACA_TRADING_URL",
      meaning: "where its list is read; paper keys: `https://paper-api.alpaca.markets`",
    },
  ],
  configure(env) {
    const headers = {
      "APCA-API-KEY-ID": env.text("ALPACA_API_KEY_ID"),
      "APCA-API-SECRET-KEY": env.text("ALPACA_API_SECRET_KEY"),
    };
    const feed = env.optionalText("ALPACA_FEED") === "sip" ? "sip" : "iex";
    const url = env.url("ALPACA_API_URL", dataUrl);
    // A test's address serves both.
    const tradingUrl = env.url(
      "ALPACA_TRADING_URL",
      url.origin === dataUrl ? "https://api.alpaca.markets" : url.href,
    );
    return ({ clock }) =>
      createHttpSource({
        name: "alpaca",
        notice: feed === "sip" ? "Prices by Alpaca." : "Prices of the IEX exchange, by Alpaca.",
        cost: "call",
        batchSize: 500,
        limits: [{ calls: 200, windowMs: 60_000 }],
        clock,
        headers,
        bodyBytesMax: 4 * 1024 * 1024,
        address: (symbols) =>
          below(url, `v2/stocks/snapshots?symbols=${symbols.join(",")}&feed=${feed}`),
        read(value, asked) {
          const members = membersOf(value);
          // Unknown symbols are left out, so that an answer without any symbol is an error.
          if (!members || typeof members.get("message") === "string") return undefined;
          return readQuotes(asked, (symbol) => readings(members.get(symbol)));
        },
        list: alpacaList(tradingUrl),
      });
  },
};

const dataUrl = "https://data.alpaca.markets";
const dayMs = 86_400_000;

function readings(row: unknown): Reading[] {
  return [
    reading(row, "latestTrade", "p"),
    reading(row, "minuteBar", "c"),
    reading(row, "dailyBar", "c"),
  ];
}

function reading(row: unknown, part: string, price: string): Reading {
  const asOf = isoTimeOf(at(row, part, "t"));
  const dayBegan = isoTimeOf(at(row, "dailyBar", "t"));
  // Before the first trade of a day, the latest daily bar is that of the day before: its close is the previous close.
  const isDayBefore = asOf !== undefined && dayBegan !== undefined && asOf - dayBegan >= dayMs;
  return {
    price: at(row, part, price),
    previousClose: at(row, isDayBefore ? "dailyBar" : "prevDailyBar", "c"),
    asOf,
    day: isDayBefore ? undefined : {
      open: at(row, "dailyBar", "o"),
      high: at(row, "dailyBar", "h"),
      low: at(row, "dailyBar", "l"),
      volume: at(row, "dailyBar", "v"),
      // Trades before and after hours do not change a bar's prices.
      regularClose: at(row, "dailyBar", "c"),
    },
  };
}
