import assert from "node:assert/strict";
import { zipOf } from "../http/zip_fixtures.ts";
import { tiingo } from "../tiingo.ts";
import { listFailure, openProvider, priceOf, readWhole } from "./provider_fixtures.ts";

const head = "ticker,exchange,assetType,priceCurrency,startDate,endDate";

async function open(lines: readonly string[], urlVariables = ["TIINGO_API_URL"]) {
  const body = await zipOf([...lines, ""].join("\n"));
  return openProvider({ definition: tiingo, urlVariables, handler: () => new Response(body) });
}

Deno.test("tiingo's list has what US exchanges list now, in our spelling", async () => {
  await using provider = await open([
    head,
    "AAPL,NASDAQ,Stock,USD,1980-12-12,2026-03-10",
    "SPY,NYSE ARCA,ETF,USD,1993-01-29,2026-03-10",
    "BRK-B,NYSE,Stock,USD,1996-05-09,2026-03-10",
    "BAC-P-L,NYSE,Stock,USD,2008-01-01,2026-03-05",
    "GONE,NASDAQ,Stock,USD,2001-01-02,2018-05-04",
    "NEVER,NASDAQ,Stock,USD,,",
    "VFINX,NASDAQ,Mutual Fund,USD,1990-01-02,2026-03-10",
    "000001,SHE,Stock,CNY,2007-01-04,2026-03-10",
    "-P-S,NYSE,Stock,USD,2018-08-22,2026-03-10",
  ]);
  const read = await readWhole(provider.source);
  assert.deepEqual(
    read.map(({ ticker, exchange, kind, symbol }) => [
      ticker,
      exchange,
      kind,
      symbol,
    ]),
    [
      ["AAPL", "NASDAQ", "share", undefined],
      ["SPY", "NYSE Arca", "fund", undefined],
      ["BRK.B", "NYSE", "share", "BRK-B"],
      ["BAC.PRL", "NYSE", "share", "BAC-P-L"],
    ],
  );
  assert.deepEqual(provider.asked(), ["/docs/tiingo/daily/supported_tickers.zip"]);
  const { headers } = provider.requests[0]!;
  assert.equal(headers.get("authorization"), null, "the list is public: its host gets no key");
});

Deno.test("tiingo's list comes from another host, which a variable names", async () => {
  const row = "AAPL,NASDAQ,Stock,USD,1980-12-12,2026-03-10";
  await using provider = await open([head, row], ["TIINGO_LIST_URL"]);
  assert.equal((await readWhole(provider.source)).length, 1);
});

Deno.test("tiingo is asked for preferred shares with its own spelling", async () => {
  await using provider = openProvider({
    definition: tiingo,
    urlVariables: ["TIINGO_API_URL"],
    handler: (request) =>
      Response.json(
        new URL(request.url).searchParams.get("tickers") === "BAC-P-L"
          ? [{ ticker: "BAC-P-L", tngoLast: 1150.5, timestamp: "2026-03-11T14:30:00Z" }]
          : [],
      ),
  });
  assert.equal(await priceOf(provider.source, "BAC.PRL"), "BAC.PRL 1150.50");
});

Deno.test("tiingo: a list that is cut off, has other columns or is not packed is a failure", async () => {
  const row = "AAPL,NASDAQ,Stock,USD,1980-12-12,2026-03-10";
  for (const lines of [[head], [row], [head, row, "MSFT,NASD"], ["symbol,name", "A,B"]]) {
    await using provider = await open(lines);
    assert.equal(await listFailure(provider.source), "wrong_shape", lines.join());
  }
  const whole = await zipOf([head, row].join("\n"));
  for (const body of [whole.slice(0, 60), "<html>busy</html>", ""]) {
    await using provider = openProvider({
      definition: tiingo,
      urlVariables: ["TIINGO_API_URL"],
      handler: () => new Response(body),
    });
    assert.equal(await listFailure(provider.source), "not_json");
  }
});

Deno.test("tiingo: a list that unpacks to more than the bound is not read to its end", async () => {
  await using provider = await open([head, "x".repeat(65 * 1024 * 1024)]);
  assert.equal(await listFailure(provider.source), "wrong_shape");
});
