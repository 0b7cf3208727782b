import assert from "node:assert/strict";
import { alpaca } from "../alpaca.ts";
import { listFailure, openProvider, readWhole } from "./provider_fixtures.ts";

const urlVariables = ["ALPACA_API_URL"];

function asset(symbol: string, name: string, exchange = "NYSE") {
  return {
    id: "904837e3-3b76-47ec-b432-046db621571b",
    class: "us_equity",
    exchange,
    symbol,
    name,
    status: "active",
    tradable: true,
    marginable: true,
    maintenance_margin_requirement: 30,
    attributes: ["fractional_eh_enabled"],
  };
}

function open(answer: unknown, init?: ResponseInit) {
  const body = typeof answer === "string" ? answer : JSON.stringify(answer);
  return openProvider({
    definition: alpaca,
    urlVariables,
    handler: () => new Response(body, init),
  });
}

Deno.test("alpaca's list has names, exchanges and funds; preferred shares are spelled as ours", async () => {
  await using provider = open([
    asset("AAPL", "Apple Inc. Common Stock", "NASDAQ"),
    asset("SPY", "State Street SPDR S&P 500 ETF Trust", "ARCA"),
    asset("BAC.PRL", "Bank of America 7.25% Series L"),
    asset("BRK.B", "  Berkshire   Hathaway Inc. Class B\n"),
  ]);
  assert.deepEqual(await readWhole(provider.source), [
    {
      ticker: "AAPL",
      name: "Apple Inc. Common Stock",
      exchange: "NASDAQ",
      kind: "share",
      currency: "USD",
    },
    {
      ticker: "SPY",
      name: "State Street SPDR S&P 500 ETF Trust",
      exchange: "NYSE Arca",
      kind: "fund",
      currency: "USD",
    },
    {
      ticker: "BAC.PRL",
      name: "Bank of America 7.25% Series L",
      exchange: "NYSE",
      kind: "share",
      currency: "USD",
    },
    {
      ticker: "BRK.B",
      name: "Berkshire Hathaway Inc. Class B",
      exchange: "NYSE",
      kind: "share",
      currency: "USD",
    },
  ]);
  assert.deepEqual(provider.asked(), ["/v2/assets?status=active&asset_class=us_equity"]);
  assert.equal(provider.requests[0]?.headers.get("apca-api-key-id"), "key");
});

Deno.test("alpaca's list comes from the trading address, if one is set", async () => {
  const handler = () => Response.json([asset("AAPL", "Apple")]);
  await using provider = openProvider({
    definition: alpaca,
    urlVariables: ["ALPACA_TRADING_URL"],
    handler,
  });
  assert.equal((await readWhole(provider.source)).length, 1);
});

Deno.test("alpaca: a row that is no ticker of ours is left out, a name without an end is cut", async () => {
  const odd = ["", "A&feed=sip", "A,B", "a b", "../quotes", "BACpL", "X".repeat(40), "Ä"];
  await using provider = open([
    ...odd.map((symbol) => asset(symbol, "Odd")),
    { ...asset("NONAME", ""), name: null },
    asset("LONG", "long ".repeat(1_000)),
  ]);
  const read = await readWhole(provider.source);
  assert.deepEqual(read.map(({ ticker, name }) => [ticker, name.length]), [
    ["NONAME", 6],
    ["LONG", 200],
  ]);
});

Deno.test("alpaca: a list that is refused, cut off or of another shape is a failure", async () => {
  const cases: [unknown, number, string][] = [
    [{ message: "forbidden." }, 403, "unauthorized"],
    [{ message: "too many requests." }, 429, "rate_limited"],
    [{ message: "forbidden." }, 200, "unauthorized"],
    ['[{"symbol":"AAPL","na', 200, "not_json"],
    [["AAPL"], 200, "wrong_shape"],
    [{}, 200, "wrong_shape"],
    ["x".repeat(33 * 1024 * 1024), 200, "wrong_shape"],
  ];
  for (const [answer, status, failure] of cases) {
    await using provider = open(answer, { status });
    assert.equal(await listFailure(provider.source), failure);
  }
});
