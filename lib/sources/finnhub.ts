// Owns the quotes of Finnhub: one symbol for each call.

import { below, createHttpSource } from "./http/source.ts";
import { at, readQuotes, timeOf } from "./http/read_quote.ts";
import { membersOf } from "./http/decimal_json.ts";
import { finnhubList } from "./lists/finnhub.ts";
import type { SourceDefinition } from "./source.ts";

export const finnhub: SourceDefinition = {
  name: "finnhub",
  variables: [
    { name: "FINNHUB_API_KEY", meaning: "key of Finnhub" },
    { name: "FINNHUB_API_URL", meaning: "another address, for tests" },
  ],
  configure(env) {
    const headers = { "X-Finnhub-Token": env.text("FINNHUB_API_KEY") };
    const url = env.url("FINNHUB_API_URL", "https://finnhub.io");
    return ({ clock }) =>
      createHttpSource({
        name: "finnhub",
        notice: "Prices by Finnhub.",
        cost: "symbol",
        batchSize: 1,
        limits: [{ calls: 30, windowMs: 1_000 }, { calls: 60, windowMs: 60_000 }],
        clock,
        headers,
        bodyBytesMax: 16 * 1024,
        address: (symbols) => below(url, `api/v1/quote?symbol=${symbols.join(",")}`),
        read(value, asked) {
          if (!membersOf(value)?.has("c")) return undefined;
          const asOf = timeOf(at(value, "t"), "s");
          // For an unknown symbol the answer has zeros.
          const isKnown = asOf !== undefined;
          const reading = {
            price: at(value, "c"),
            previousClose: at(value, "pc"),
            change: at(value, "d"),
            asOf,
            day: { open: at(value, "o"), high: at(value, "h"), low: at(value, "l") },
          };
          return readQuotes(asked, () => isKnown ? [reading] : []);
        },
        list: finnhubList(url),
      });
  },
};
