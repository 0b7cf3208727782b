import assert from "node:assert/strict";
import { twelvedata } from "../twelvedata.ts";
import { listFailure, openProvider, priceOf, readWhole } from "./provider_fixtures.ts";

function stock(symbol: string, name: string, type?: string) {
  return {
    symbol,
    name,
    currency: "USD",
    exchange: "NYSE",
    mic_code: "XNYS",
    country: "United States",
    ...(type && { type }),
    figi_code: "BBG000B9Y5X2",
    cfi_code: "ESVUFR",
  };
}

function open(answer: (url: URL) => unknown) {
  return openProvider({
    definition: twelvedata,
    urlVariables: ["TWELVEDATA_API_URL"],
    handler: (request) => Response.json(answer(new URL(request.url))),
  });
}

const list = (data: readonly unknown[]) => ({ data, count: data.length, status: "ok" });

Deno.test("twelvedata's list is the shares and then the funds, each a call", async () => {
  await using provider = open(({ pathname }) =>
    pathname === "/etfs" ? list([stock("SPY", "SPDR S&P 500 ETF Trust")]) : list([
      stock("AAPL", "Apple Inc.", "Common Stock"),
      stock("BAC.PR.L", "Bank of America L", "Preferred Stock"),
      stock("PDI", "PIMCO Dynamic Income", "Closed-end Fund"),
    ])
  );
  const read = await readWhole(provider.source);
  assert.deepEqual(read.map(({ ticker, kind, symbol }) => [ticker, kind, symbol]), [
    ["AAPL", "share", undefined],
    ["BAC.PRL", "share", "BAC.PR.L"],
    ["PDI", "fund", undefined],
    ["SPY", "fund", undefined],
  ]);
  assert.deepEqual(provider.asked(), [
    "/stocks?country=United%20States",
    "/etfs?country=United%20States",
  ]);
  assert.equal(provider.requests[0]?.headers.get("authorization"), "apikey key");
});

Deno.test("twelvedata is asked for preferred shares with its own spelling", async () => {
  await using provider = open(({ searchParams }) =>
    searchParams.get("symbol") === "BAC.PR.L"
      ? { symbol: "BAC.PR.L", close: "1150.5", previous_close: "1150", timestamp: 1_773_239_400 }
      : { code: 404, message: "not found", status: "error" }
  );
  assert.equal(await priceOf(provider.source, "BAC.PRL"), "BAC.PRL 1150.50");
});

Deno.test("twelvedata: a list that is refused, or has fewer rows than it says, is a failure", async () => {
  const cases: [unknown, string][] = [
    [{
      code: 429,
      message: "You have run out of API credits for the current minute.",
      status: "error",
    }, "rate_limited"],
    [
      { code: 401, message: "**apikey** parameter is incorrect.", status: "error" },
      "unauthorized",
    ],
    [{ ...list([stock("AAPL", "Apple")]), count: 20_182 }, "wrong_shape"],
    [{ data: null, status: "ok" }, "wrong_shape"],
  ];
  for (const [answer, failure] of cases) {
    await using provider = open(() => answer);
    assert.equal(await listFailure(provider.source), failure);
    assert.equal(await listFailure(provider.source, "etfs"), failure);
  }
});
