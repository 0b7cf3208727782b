import assert from "node:assert/strict";
import { finnhub } from "../finnhub.ts";
import { listFailure, openProvider, readWhole } from "./provider_fixtures.ts";

function symbol(text: string, description: string, type = "Common Stock", mic = "XNAS") {
  return {
    currency: "USD",
    description,
    displaySymbol: text,
    figi: "BBG000B9XRY4",
    isin: null,
    mic,
    shareClassFIGI: "BBG001S5N8V8",
    symbol: text,
    symbol2: "",
    type,
  };
}

function open(answer: unknown, init?: ResponseInit) {
  return openProvider({
    definition: finnhub,
    urlVariables: ["FINNHUB_API_URL"],
    handler: () => Response.json(answer, init),
  });
}

Deno.test("finnhub's list has names, exchanges, kinds and currencies", async () => {
  await using provider = open([
    symbol("AAPL", "APPLE INC"),
    symbol("SPY", "SPDR S&P 500 ETF TRUST-US", "ETP", "ARCX"),
    symbol("PDI", "PIMCO DYNAMIC INCOME FUND", "Closed-End Fund", "XNYS"),
    symbol("ABCDF", "ABC DRILLING", "Common Stock", "OOTC"),
  ]);
  const read = await readWhole(provider.source);
  assert.deepEqual(read.map(({ ticker, exchange, kind }) => [ticker, exchange, kind]), [
    ["AAPL", "NASDAQ", "share"],
    ["SPY", "NYSE Arca", "fund"],
    ["PDI", "NYSE", "fund"],
    ["ABCDF", "OTC", "share"],
  ]);
  assert.deepEqual([read[0]?.name, read[0]?.currency], ["APPLE INC", "USD"]);
  assert.deepEqual(provider.asked(), ["/api/v1/stock/symbol?exchange=US"]);
  assert.equal(provider.requests[0]?.headers.get("x-finnhub-token"), "key");
});

Deno.test("finnhub: a list that is refused is a failure", async () => {
  const cases: [unknown, number, string][] = [
    [{ error: "Invalid API key" }, 401, "unauthorized"],
    [{ error: "You don't have access to this resource." }, 403, "unauthorized"],
    [{ error: "API limit reached." }, 200, "rate_limited"],
    [{}, 200, "wrong_shape"],
  ];
  for (const [answer, status, failure] of cases) {
    await using provider = open(answer, { status });
    assert.equal(await listFailure(provider.source), failure);
  }
});
