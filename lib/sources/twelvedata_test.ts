import assert from "node:assert/strict";
import {
  contractNow,
  openSource,
  type PeerRow,
  type SourceCase,
  testSourceContract,
  tickersOf,
} from "./source_contract.ts";
import { twelvedata } from "./twelvedata.ts";

const key = "twelve-key-0001";
const noCredits = {
  code: 429,
  message: "You have run out of API credits for the current minute. 9 API credits were used.",
  status: "error",
};

function flat(symbol: string, row: PeerRow | undefined, isOpen = true): string {
  return row
    ? `{"symbol":"${symbol}","name":"${symbol} Inc","exchange":"NASDAQ","currency":"USD",` +
      `"datetime":"2026-03-11","timestamp":${contractNow / 1_000 - 3_600},` +
      `"last_quote_at":${row.at / 1_000},"open":"189.00000","high":"191.00000",` +
      `"low":"188.00000","close":"${row.price}","volume":"100",` +
      `"previous_close":"${row.previousClose}","is_market_open":${isOpen}}`
    : `{"code":404,"message":"**symbol** not found: ${symbol}.","status":"error","meta":{}}`;
}

const sourceCase: SourceCase = {
  definition: twelvedata,
  env: { TWELVEDATA_API_KEY: key },
  urlVariable: "TWELVEDATA_API_URL",
  berkshire: "BRK.B",
  day: { open: "189.00", high: "191.00", low: "188.00", volume: 100, regularClose: "190.10" },
  isAuthorized: ({ headers }) => headers.get("authorization") === `apikey ${key}`,
  symbolsOf(url) {
    assert.equal(url.pathname, "/quote");
    return url.searchParams.get("symbol")?.split(",") ?? [];
  },
  answer(symbols, rows) {
    const [only = ""] = symbols;
    if (symbols.length === 1) return flat(only, rows.get(only));
    const members = symbols.map((symbol) => `"${symbol}":${flat(symbol, rows.get(symbol))}`);
    return `{${members.join(",")}}`;
  },
  limit: () => Response.json(noCredits),
  errorWith200: {
    body: '{"code":401,"message":"**apikey** parameter is incorrect","status":"error"}',
    failure: "unauthorized",
  },
  unauthorized: () =>
    Response.json({ code: 401, message: "**apikey** parameter is incorrect", status: "error" }, {
      status: 401,
    }),
};

testSourceContract(sourceCase);

Deno.test("twelvedata: when the credits end within a batch, the answered symbols count and the rest is a failure", async () => {
  await using peer = openSource(sourceCase);
  const aapl = flat("AAPL", { price: "190.1", previousClose: "188", at: contractNow });
  peer.state.handler = () => new Response(`{"AAPL":${aapl},"MSFT":${JSON.stringify(noCredits)}}`);
  const outcome = await peer.source.fetchQuotes(tickersOf("AAPL", "MSFT"));
  assert.ok(outcome.kind === "ok");
  assert.deepEqual([outcome.quotes.length, outcome.faults.length], [1, 0]);
  const [failure] = outcome.failures ?? [];
  assert.deepEqual([failure?.failure, failure?.retryAfterMs], ["rate_limited", 60_000]);
});

Deno.test("twelvedata: the answer says that the market is open; otherwise the calendar decides", async () => {
  await using peer = openSource(sourceCase);
  for (const [isOpen, session] of [[true, "open"], [false, undefined]] as const) {
    const row = { price: "190.1", previousClose: "188", at: contractNow };
    peer.state.handler = () => new Response(flat("AAPL", row, isOpen));
    const outcome = await peer.source.fetchQuotes(tickersOf("AAPL"));
    assert.ok(outcome.kind === "ok");
    assert.equal(outcome.quotes[0]?.session, session);
  }
});

Deno.test("twelvedata: prices of the London exchange are in pence and become pounds, exactly; its own word says that it is closed", async () => {
  const row = { price: "72.345", previousClose: "71.05", at: contractNow };
  const london = flat("VOD.L", row, false).replace('"currency":"USD"', '"currency":"GBp"');
  await using peer = openSource(sourceCase, { handler: () => new Response(london) });
  const outcome = await peer.source.fetchQuotes(tickersOf("VOD.L"));
  assert.ok(outcome.kind === "ok");
  const [quote] = outcome.quotes;
  assert.deepEqual([quote?.price, quote?.previousClose, quote?.session], [7_234, 7_105, "closed"]);
  assert.deepEqual(quote?.day, {
    open: 18_900,
    high: 19_100,
    low: 18_800,
    volume: 100,
    regularClose: 7_234,
  });
});

Deno.test("twelvedata: one unknown symbol is missing, also if the status says so", async () => {
  await using peer = openSource(sourceCase, {
    handler: () => new Response(flat("NOSUCH", undefined), { status: 404 }),
  });
  const outcome = await peer.source.fetchQuotes(tickersOf("NOSUCH"));
  assert.ok(outcome.kind === "ok");
  assert.deepEqual(outcome.faults, [{ ticker: "NOSUCH", fault: "missing" }]);
});
