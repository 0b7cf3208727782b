import assert from "node:assert/strict";
import { alpaca } from "./alpaca.ts";
import { openSource, type SourceCase, testSourceContract, tickersOf } from "./source_contract.ts";

const [keyId, secret] = ["AK-id-0001", "sk-secret-0002"];

const sourceCase: SourceCase = {
  definition: alpaca,
  env: { ALPACA_API_KEY_ID: keyId, ALPACA_API_SECRET_KEY: secret },
  urlVariable: "ALPACA_API_URL",
  berkshire: "BRK.B",
  day: { open: "189.00", high: "191.00", low: "188.00", volume: 900_000, regularClose: "190.10" },
  isAuthorized: ({ headers }) =>
    headers.get("apca-api-key-id") === keyId && headers.get("apca-api-secret-key") === secret,
  symbolsOf(url) {
    assert.deepEqual([url.pathname, url.searchParams.get("feed")], ["/v2/stocks/snapshots", "iex"]);
    return url.searchParams.get("symbols")?.split(",") ?? [];
  },
  answer: (symbols, rows) =>
    `{${
      symbols.flatMap((symbol) => {
        const row = rows.get(symbol);
        return row
          ? [`"${symbol}":${
            snapshot({
              price: row.price,
              tradedAt: new Date(row.at).toISOString().replace("Z", "123456Z"),
              dayBegan: "2026-03-11T04:00:00Z",
              previousClose: row.previousClose,
            })
          }`]
          : [];
      }).join(",")
    }}`,
  limit: () => Response.json({ message: "too many requests." }, { status: 429 }),
  errorWith200: { body: '{"message":"forbidden."}', failure: "unauthorized" },
  unauthorized: () => Response.json({ message: "forbidden." }, { status: 403 }),
};

interface Snapshot {
  price: string;
  tradedAt: string;
  dayBegan: string;
  previousClose: string;
  dayClose?: string;
}

function snapshot({ price, tradedAt, dayBegan, previousClose, dayClose = price }: Snapshot) {
  return `{"latestTrade":{"t":"${tradedAt}","x":"V","p":${price},"s":100,"z":"C"},` +
    `"latestQuote":{"ap":190.2,"bp":190.0},` +
    `"minuteBar":{"t":"${tradedAt}","o":190,"h":191,"l":189,"c":${price},"v":5000},` +
    `"dailyBar":{"t":"${dayBegan}","o":189,"h":191,"l":188,"c":${dayClose},"v":900000},` +
    `"prevDailyBar":{"t":"2026-03-10T04:00:00Z","o":187,"h":189,"l":186,"c":${previousClose},"v":1}}`;
}

testSourceContract(sourceCase);

Deno.test("alpaca: before a day's first bar, the latest bar is the previous day's close", async () => {
  await using peer = openSource(sourceCase, {
    handler: () =>
      new Response(`{"AAPL":${
        snapshot({
          price: "191",
          tradedAt: "2026-03-12T08:05:00Z",
          dayBegan: "2026-03-11T04:00:00Z",
          dayClose: "190.5",
          previousClose: "188",
        })
      }}`),
  });
  const outcome = await peer.source.fetchQuotes(tickersOf("AAPL"));
  assert.ok(outcome.kind === "ok");
  assert.equal(outcome.quotes[0]?.previousClose, 1_905_000);
  assert.equal(outcome.quotes[0]?.day, undefined);
});

Deno.test("alpaca: a trade without a price does not hide the bars", async () => {
  const row = snapshot({
    price: "191",
    tradedAt: "2026-03-11T14:05:00Z",
    dayBegan: "2026-03-11T04:00:00Z",
    previousClose: "188",
  }).replace('"p":191', '"p":0');
  await using peer = openSource(sourceCase, { handler: () => new Response(`{"AAPL":${row}}`) });
  const outcome = await peer.source.fetchQuotes(tickersOf("AAPL"));
  assert.ok(outcome.kind === "ok");
  assert.equal(outcome.quotes[0]?.price, 1_910_000);
});

Deno.test("alpaca: the paid feed is used if it is configured, and the notice says which feed it is", async () => {
  await using peer = openSource(sourceCase, {
    env: { ALPACA_FEED: "sip" },
    handler: () => new Response("{}"),
  });
  await peer.source.fetchQuotes(tickersOf("AAPL"));
  assert.equal(peer.requests[0]?.searchParams.get("feed"), "sip");
  assert.doesNotMatch(peer.source.notice, /IEX/);
});

Deno.test("alpaca: a symbol without a trade on the feed is missing", async () => {
  await using peer = openSource(sourceCase, {
    handler: () => new Response('{"AAPL":{"latestTrade":null,"dailyBar":null}}'),
  });
  const outcome = await peer.source.fetchQuotes(tickersOf("AAPL"));
  assert.ok(outcome.kind === "ok");
  assert.deepEqual(outcome.faults, [{ ticker: "AAPL", fault: "missing" }]);
});
