import assert from "node:assert/strict";
import { finnhub } from "./finnhub.ts";
import { type SourceCase, testSourceContract } from "./source_contract.ts";

const key = "finnhub-key-0001";

testSourceContract(
  {
    definition: finnhub,
    env: { FINNHUB_API_KEY: key },
    urlVariable: "FINNHUB_API_URL",
    berkshire: "BRK.B",
    day: { open: "189.00", high: "191.00", low: "188.00" },
    isAuthorized: ({ headers }) => headers.get("x-finnhub-token") === key,
    symbolsOf(url) {
      assert.equal(url.pathname, "/api/v1/quote");
      return [url.searchParams.get("symbol") ?? ""];
    },
    answer([symbol = ""], rows) {
      const row = rows.get(symbol);
      return row
        ? `{"c":${row.price},"d":1.6,"dp":0.8,"h":191,"l":188,"o":189,"pc":${row.previousClose},` +
          `"t":${row.at / 1_000}}`
        : '{"c":0,"d":null,"dp":null,"h":0,"l":0,"o":0,"pc":0,"t":0}';
    },
    limit: () =>
      Response.json({ error: "API limit reached. Please try again later. Remaining Limit: 0" }, {
        status: 429,
      }),
    errorWith200: { body: '{"error":"API limit reached."}', failure: "rate_limited" },
    unauthorized: () => Response.json({ error: "Invalid API key" }, { status: 401 }),
  } satisfies SourceCase,
);
