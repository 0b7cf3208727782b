import assert from "node:assert/strict";
import { openSource, type SourceCase, testSourceContract, tickersOf } from "./source_contract.ts";
import { tiingo } from "./tiingo.ts";

const key = "tiingo-token-0001";

const sourceCase: SourceCase = {
  definition: tiingo,
  env: { TIINGO_API_KEY: key },
  urlVariable: "TIINGO_API_URL",
  berkshire: "BRK-B",
  day: { open: "189.10", high: "191.00", low: "188.00", volume: 100 },
  isAuthorized: ({ headers }) => headers.get("authorization") === `Token ${key}`,
  symbolsOf(url) {
    assert.equal(url.pathname, "/iex/");
    return url.searchParams.get("tickers")?.split(",") ?? [];
  },
  answer: (symbols, rows) =>
    `[${
      symbols.flatMap((symbol) => {
        const row = rows.get(symbol);
        const time = row && new Date(row.at).toISOString().replace("Z", "222333+00:00");
        return row
          ? [
            `{"ticker":"${symbol}","timestamp":"${time}","lastSaleTimestamp":"${time}",` +
            `"quoteTimestamp":"${time}","open":189.1,"high":191,"low":188,"mid":null,` +
            `"tngoLast":${row.price},"last":${row.price},"lastSize":null,"bidSize":null,` +
            `"bidPrice":null,"askPrice":null,"askSize":null,"volume":100,` +
            `"prevClose":${row.previousClose}}`,
          ]
          : [];
      }).join(",")
    }]`,
  limit: () =>
    Response.json({
      detail: "Error: You have run over your hourly request allocation. Please try again later.",
    }),
  errorWith200: { body: '{"detail":"Please supply a token"}', failure: "unauthorized" },
  unauthorized: () => Response.json({ detail: "Invalid token." }, { status: 401 }),
};

testSourceContract(sourceCase);

Deno.test("tiingo: if the symbols do not fit into an address, one call reads all", async () => {
  const many = tickersOf(...Array.from({ length: 2_000 }, (_, index) => `T${index}`));
  await using peer = openSource(sourceCase, { handler: () => new Response("[]") });
  const outcome = await peer.source.fetchQuotes(many);
  assert.ok(outcome.kind === "ok" && outcome.faults.length === 2_000);
  assert.deepEqual(peer.requests.map(({ pathname, search }) => pathname + search), ["/iex/"]);
});
