import assert from "node:assert/strict";
import { massive } from "../massive.ts";
import { listFailure, openProvider, priceOf, readWhole } from "./provider_fixtures.ts";

function ticker(text: string, name: string, type = "CS") {
  return {
    ticker: text,
    name,
    market: "stocks",
    locale: "us",
    primary_exchange: "XNYS",
    type,
    active: true,
    currency_name: "usd",
    cik: "0001090872",
    composite_figi: "BBG000C2V3D6",
    last_updated_utc: "2026-03-10T00:00:00Z",
  };
}

function page(rows: readonly unknown[], nextUrl?: string) {
  return {
    status: "OK",
    request_id: "e70013d92930de90e089dc8fa098888e",
    count: rows.length,
    results: rows,
    ...(nextUrl && { next_url: nextUrl }),
  };
}

function open(answer: (url: URL) => unknown) {
  return openProvider({
    definition: massive,
    urlVariables: ["MASSIVE_API_URL"],
    handler: (request) => Response.json(answer(new URL(request.url))),
  });
}

const cursor = "YWN0aXZlPXRydWU+/=&x";
const nextUrl = `https://elsewhere.example/v3/reference/tickers?cursor=${
  encodeURIComponent(cursor)
}&apiKey=x`;

Deno.test("massive's list is read page by page; only the cursor of the next page's address is used", async () => {
  await using provider = open(({ searchParams }) =>
    searchParams.get("cursor") === cursor
      ? page([ticker("SPY", "SPDR S&P 500", "ETF")])
      : page([ticker("A", "Agilent"), ticker("BACpL", "Bank of America L", "PFD")], nextUrl)
  );
  const read = await readWhole(provider.source);
  const shared = { exchange: "NYSE", currency: "USD" };
  assert.deepEqual(read, [
    { ticker: "A", name: "Agilent", ...shared, kind: "share" },
    { ticker: "BAC.PRL", name: "Bank of America L", ...shared, kind: "share", symbol: "BACpL" },
    { ticker: "SPY", name: "SPDR S&P 500", ...shared, kind: "fund" },
  ]);
  assert.deepEqual(provider.asked(), [
    "/v3/reference/tickers?market=stocks&active=true&limit=1000",
    `/v3/reference/tickers?cursor=${encodeURIComponent(cursor)}`,
  ]);
  for (const { headers } of provider.requests) {
    assert.equal(headers.get("authorization"), "Bearer key");
  }
});

Deno.test("massive: AMpB and AMPB are two tickers, and a symbol of another form is left out", async () => {
  await using provider = open(() =>
    page([ticker("AMpB", "Series B"), ticker("AMPB", "Other"), ticker("ABCw", "When issued")])
  );
  const read = await readWhole(provider.source);
  assert.deepEqual(read.map(({ ticker }) => ticker), ["AM.PRB", "AMPB"]);
});

Deno.test("massive: the provider is asked with its own spelling, learned or by its rule", async () => {
  const prices: Record<string, number> = { BACpL: 1_150.5, "X.WSA": 2, BACPL: 9 };
  await using provider = open(({ searchParams }) => {
    const asked = searchParams.get("tickers")?.split(",") ?? [];
    const updated = 1_773_239_400_000_000_000;
    return {
      tickers: asked.flatMap((ticker) =>
        prices[ticker] ? [{ ticker, updated, day: { c: prices[ticker] } }] : []
      ),
    };
  });
  assert.equal(await priceOf(provider.source, "BAC.PRL"), "BAC.PRL 1150.50");
  assert.equal(await priceOf(provider.source, "X.WS.A"), "missing");
  provider.source.learn?.([{ ...ticker("", ""), ticker: "X.WS.A" as never, symbol: "X.WSA" }]);
  assert.equal(await priceOf(provider.source, "X.WS.A"), "X.WS.A 2.00");
  assert.equal(await priceOf(provider.source, "BACPL"), "BACPL 9.00");
});

Deno.test("massive: a page whose next page is unknown, or is the same again, fails instead of ending the list", async () => {
  for (
    const next of [
      "nowhere",
      "https://api.massive.com/v3/reference/tickers",
      `https://api.massive.com/v3/reference/tickers?cursor=${"x".repeat(5_000)}`,
    ]
  ) {
    await using provider = open(() => page([ticker("A", "Agilent")], next));
    assert.equal(await listFailure(provider.source), "wrong_shape", next);
  }
  await using same = open(() => page([ticker("A", "Agilent")], nextUrl));
  assert.equal(await listFailure(same.source, cursor), "wrong_shape");
});

Deno.test("massive: an error with status 200 is a failure", async () => {
  await using provider = open(() => ({
    status: "ERROR",
    error: "You've exceeded the maximum requests per minute.",
  }));
  assert.equal(await listFailure(provider.source), "rate_limited");
});
