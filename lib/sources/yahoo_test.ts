import assert from "node:assert/strict";
import {
  contractNow,
  openSource,
  type SourceCase,
  testSourceContract,
  tickersOf,
} from "./source_contract.ts";
import { yahoo } from "./yahoo.ts";

const cookie = "A3=d=AQAB; Domain=.yahoo.com; Path=/; Expires=Wed, 21 Oct 2099 07:28:00 GMT";

function answer(rows: readonly string[]): string {
  return `{"quoteResponse":{"result":[${rows.join(",")}],"error":null}}`;
}

const sourceCase: SourceCase = {
  definition: yahoo,
  env: {},
  urlVariable: "YAHOO_API_URL",
  berkshire: "BRK-B",
  day: { open: "189.00", high: "191.00", low: "188.00", volume: 900_000, regularClose: "190.10" },
  isAuthorized: ({ url, headers }) =>
    new URL(url).searchParams.get("crumb") === "cR.umb/1" &&
    headers.get("cookie") === "A3=d=AQAB",
  symbolsOf(url) {
    assert.equal(url.pathname, "/v7/finance/quote");
    return url.searchParams.get("symbols")?.split(",") ?? [];
  },
  answer: (symbols, rows) =>
    answer(symbols.flatMap((symbol) => {
      const row = rows.get(symbol);
      return row
        ? [
          `{"language":"en-US","region":"US","quoteType":"EQUITY","symbol":"${symbol}",` +
          `"marketState":"REGULAR","regularMarketPrice":${row.price},` +
          `"regularMarketPreviousClose":${row.previousClose},"currency":"USD",` +
          `"regularMarketOpen":189,"regularMarketDayHigh":191,"regularMarketDayLow":188,` +
          `"regularMarketVolume":900000,` +
          `"regularMarketTime":${row.at / 1_000},"exchangeDataDelayedBy":0}`,
        ]
        : [];
    })),
  limit: () => new Response("Too Many Requests\r\n", { status: 429 }),
  errorWith200: {
    body:
      '{"finance":{"result":null,"error":{"code":"Unauthorized","description":"Invalid Crumb"}}}',
    failure: "unauthorized",
  },
  unauthorized: () => new Response("Unauthorized", { status: 401 }),
  prelude(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/quote/AAPL") {
      return new Response("<html>".repeat(10_000), { headers: { "set-cookie": cookie } });
    }
    return pathname === "/v1/test/getcrumb" ? new Response("cR.umb/1") : undefined;
  },
};

testSourceContract(sourceCase);

/** The quote that is read from a row with these members. */
async function quoteOf(members: Record<string, unknown>) {
  const row = JSON.stringify({
    symbol: "AAPL",
    quoteType: "EQUITY",
    regularMarketPrice: 190.5,
    regularMarketPreviousClose: 188,
    regularMarketTime: contractNow / 1_000 - 50_000,
    ...members,
  });
  await using peer = openSource(sourceCase, { handler: () => new Response(answer([row])) });
  const outcome = await peer.source.fetchQuotes(tickersOf("AAPL"));
  assert.ok(outcome.kind === "ok");
  return outcome.quotes[0];
}

Deno.test("yahoo: outside regular hours the price is that of the extended session", async () => {
  const [preMarketTime, postMarketTime] = [contractNow / 1_000 - 60, contractNow / 1_000 - 30];
  assert.deepEqual(await quoteOf({ marketState: "PRE", preMarketPrice: 191.25, preMarketTime }), {
    ticker: "AAPL",
    price: 1_912_500,
    previousClose: 1_905_000,
    asOf: contractNow - 60_000,
    session: "pre",
  });
  const after = await quoteOf({ marketState: "POST", postMarketPrice: 189.75, postMarketTime });
  assert.deepEqual(
    [after?.price, after?.previousClose, after?.asOf, after?.session],
    [1_897_500, 1_880_000, contractNow - 30_000, "post"],
  );
  assert.equal(
    after?.day?.regularClose,
    1_905_000,
    "the regular price stays, beside the extended one",
  );
});

Deno.test("yahoo: an extended session without a price shows the regular price with its own time", async () => {
  for (const price of [0, null, "", -1]) {
    const states = [
      { marketState: "PRE", preMarketPrice: price, preMarketTime: contractNow / 1_000 },
      { marketState: "POST", postMarketPrice: price, postMarketTime: contractNow / 1_000 },
    ];
    for (const state of states) {
      const quote = await quoteOf(state);
      assert.deepEqual(
        [quote?.price, quote?.previousClose, quote?.asOf],
        [1_905_000, 1_880_000, contractNow - 50_000_000],
      );
    }
  }
});

Deno.test("yahoo: on the day of a split, an unadjusted previous close is left out", async () => {
  const split = { regularMarketPrice: 19.05, regularMarketPreviousClose: 188 };
  assert.equal((await quoteOf({ ...split, regularMarketChange: 0.25 }))?.previousClose, undefined);
  assert.equal(
    (await quoteOf({ ...split, regularMarketChange: -168.95 }))?.previousClose,
    1_880_000,
  );
  assert.equal((await quoteOf({ regularMarketChange: 2.4 }))?.previousClose, 1_880_000);
});

Deno.test("yahoo: its market states are our sessions", async () => {
  const states = { REGULAR: "open", POSTPOST: "closed", PREPRE: "closed", CLOSED: "closed" };
  for (const [marketState, session] of Object.entries(states)) {
    assert.equal((await quoteOf({ marketState }))?.session, session);
  }
  assert.equal((await quoteOf({ marketState: "NEW_STATE" }))?.session, undefined);
});

Deno.test("yahoo: a delisted symbol is missing", async () => {
  assert.equal(await quoteOf({ quoteType: "NONE" }), undefined);
});

Deno.test("yahoo: cookie and crumb are fetched once, and again after a refusal", async () => {
  const visits: string[] = [];
  await using peer = openSource({
    ...sourceCase,
    prelude(request) {
      const early = sourceCase.prelude?.(request);
      if (early) visits.push(new URL(request.url).pathname);
      return early;
    },
  });
  const one = tickersOf("AAPL");
  for (let call = 0; call < 3; call++) await peer.source.fetchQuotes(one);
  assert.deepEqual(visits, ["/quote/AAPL", "/v1/test/getcrumb"]);
  const { handler } = peer.state;
  peer.state.handler = () => sourceCase.unauthorized();
  assert.equal((await peer.source.fetchQuotes(one)).kind, "failed");
  peer.state.handler = handler;
  assert.equal((await peer.source.fetchQuotes(one)).kind, "ok");
  assert.equal(visits.length, 4);
});

Deno.test("yahoo: a limit reached at the crumb is reported, and nothing is printed", async () => {
  await using peer = openSource({
    ...sourceCase,
    prelude: (request) =>
      request.url.endsWith("/getcrumb") ? sourceCase.limit() : sourceCase.prelude?.(request),
  });
  const printed: unknown[] = [];
  const { error } = console;
  console.error = (...words) => printed.push(words);
  const outcome = await peer.source.fetchQuotes(tickersOf("AAPL"));
  peer.state.handler = () => sourceCase.limit();
  await peer.source.fetchQuotes(tickersOf("AAPL"));
  console.error = error;
  assert.ok(outcome.kind === "failed" && outcome.failure === "rate_limited");
  assert.deepEqual(printed, []);
});

Deno.test("yahoo: preferred shares are asked for in its own spelling", async () => {
  await using peer = openSource(sourceCase);
  await peer.source.fetchQuotes(tickersOf("BAC.PRL"));
  assert.deepEqual(peer.requests.map((url) => sourceCase.symbolsOf(url)), [["BAC-PL"]]);
});

Deno.test("yahoo: indices, crypto, currencies and other exchanges are asked for as they are written here", async () => {
  await using peer = openSource(sourceCase);
  const texts = ["^GSPC", "BTC-USD", "EURUSD=X", "VOD.L", "7203.T", "BRK.B"];
  await peer.source.fetchQuotes(tickersOf(...texts));
  const asked = peer.requests.map((url) => sourceCase.symbolsOf(url));
  assert.deepEqual(asked, [["^GSPC", "BTC-USD", "EURUSD=X", "VOD.L", "7203.T", "BRK-B"]]);
});

Deno.test("yahoo: prices in pence, cents and agorot become prices in the currency, with all their facts", async () => {
  for (const currency of ["GBp", "ZAc", "ILA"]) {
    const quote = await quoteOf({
      marketState: "REGULAR",
      currency,
      regularMarketPrice: 72.34,
      regularMarketPreviousClose: 71,
      regularMarketOpen: 71.5,
      regularMarketDayHigh: 73,
      regularMarketDayLow: 70.99,
      regularMarketVolume: 12_345_678,
    });
    assert.deepEqual([quote?.price, quote?.previousClose], [7_234, 7_100], currency);
    assert.deepEqual(quote?.day, {
      open: 7_150,
      high: 7_300,
      low: 7_099,
      volume: 12_345_678,
      regularClose: 7_234,
    });
  }
});

Deno.test("yahoo: facts that are zero, missing or contradict themselves are unknown", async () => {
  const quote = await quoteOf({
    marketState: "REGULAR",
    regularMarketOpen: 0,
    regularMarketDayHigh: 180,
    regularMarketDayLow: 190,
    regularMarketVolume: 0,
  });
  assert.deepEqual(quote?.day, { regularClose: 1_905_000 });
});
