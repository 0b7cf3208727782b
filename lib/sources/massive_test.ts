import assert from "node:assert/strict";
import { massive } from "./massive.ts";
import {
  contractNow,
  openSource,
  type SourceCase,
  testSourceContract,
  tickersOf,
} from "./source_contract.ts";

const key = "massive-key-0001";

function answer(rows: readonly string[]): string {
  return `{"status":"OK","request_id":"r1","count":${rows.length},"tickers":[${rows.join(",")}]}`;
}

const sourceCase: SourceCase = {
  definition: massive,
  env: { MASSIVE_API_KEY: key },
  urlVariable: "MASSIVE_API_URL",
  berkshire: "BRK.B",
  day: { open: "189.00", high: "191.00", low: "188.00", volume: 100, regularClose: "190.10" },
  isAuthorized: ({ headers }) => headers.get("authorization") === `Bearer ${key}`,
  symbolsOf(url) {
    assert.equal(url.pathname, "/v2/snapshot/locale/us/markets/stocks/tickers");
    return url.searchParams.get("tickers")?.split(",") ?? [];
  },
  answer: (symbols, rows) =>
    answer(symbols.flatMap((symbol) => {
      const row = rows.get(symbol);
      return row
        ? [
          `{"ticker":"${symbol}","todaysChange":1.6,"updated":${row.at}000000,` +
          `"day":{"o":189,"h":191,"l":188,"c":${row.price},"v":100},` +
          `"lastTrade":{"c":[14],"i":"1","p":${row.price},"s":2,"t":${row.at}123456,"x":4},` +
          `"prevDay":{"o":187,"h":189,"l":186,"c":${row.previousClose},"v":100}}`,
        ]
        : [];
    })),
  limit: () =>
    Response.json({
      status: "ERROR",
      error: "You've exceeded the maximum requests per minute, please wait or upgrade.",
    }, { status: 429 }),
  errorWith200: {
    body:
      '{"status":"NOT_AUTHORIZED","message":"You are not entitled to this data. Please upgrade your plan"}',
    failure: "unauthorized",
  },
  unauthorized: () => Response.json({ status: "ERROR", error: "Unknown API Key" }, { status: 401 }),
};

testSourceContract(sourceCase);

Deno.test("massive: on a plan without trades the price is that of the day's bar", async () => {
  const row =
    `{"ticker":"AAPL","updated":${contractNow}000000,"day":{"c":189.5},"prevDay":{"c":188}}`;
  await using peer = openSource(sourceCase, { handler: () => new Response(answer([row])) });
  const outcome = await peer.source.fetchQuotes(tickersOf("AAPL"));
  assert.ok(outcome.kind === "ok");
  assert.deepEqual(outcome.quotes, [
    {
      ticker: "AAPL",
      price: 1_895_000,
      previousClose: 1_880_000,
      asOf: contractNow,
      day: { regularClose: 1_895_000 },
    },
  ]);
});

Deno.test("massive: if a trade has no price, the price and the time are those of the day's bar", async () => {
  for (const price of ["0", "null", "NaN"]) {
    const row = `{"ticker":"AAPL","updated":${contractNow}000000,"day":{"c":189.5},` +
      `"lastTrade":{"p":${price},"t":${contractNow - 5_000}000000},"prevDay":{"c":188}}`;
    await using peer = openSource(sourceCase, { handler: () => new Response(answer([row])) });
    const outcome = await peer.source.fetchQuotes(tickersOf("AAPL"));
    assert.ok(outcome.kind === "ok");
    assert.deepEqual([outcome.quotes[0]?.price, outcome.quotes[0]?.asOf], [1_895_000, contractNow]);
  }
});

Deno.test("massive: between the nightly reset and the first trade the price is missing", async () => {
  const row = '{"ticker":"AAPL","updated":0,"day":{"c":0},"prevDay":{"c":188}}';
  await using peer = openSource(sourceCase, { handler: () => new Response(answer([row])) });
  const outcome = await peer.source.fetchQuotes(tickersOf("AAPL"));
  assert.ok(outcome.kind === "ok");
  assert.deepEqual(outcome.faults, [{ ticker: "AAPL", fault: "missing" }]);
});

Deno.test("massive: if the symbols do not fit into an address, one call reads the whole market", async () => {
  const many = tickersOf(...Array.from({ length: 2_000 }, (_, index) => `T${index}`));
  await using peer = openSource(sourceCase, { handler: () => new Response(answer([])) });
  const outcome = await peer.source.fetchQuotes(many);
  assert.ok(outcome.kind === "ok" && outcome.faults.length === 2_000);
  assert.deepEqual(peer.requests.map(({ search }) => search), [""]);
});
