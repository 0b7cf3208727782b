import assert from "node:assert/strict";
import { price, sampleQuote } from "../../lib/bus/bus_fixtures.ts";
import { parseTicker } from "../../lib/quote.ts";
import { createSecurities } from "../../lib/securities/create_securities.ts";
import { testRoute } from "./route_fixtures.ts";
import { securitiesApi } from "./securities.ts";

Deno.test("unknown facts of a security are null, and one that its source has delisted is not priceable", async () => {
  const securities = createSecurities();
  const entry = (text: string, priceable: boolean) => ({
    ticker: parseTicker(text)!,
    name: `${text} Inc.`,
    priceable,
  });
  await securities.merge([entry("OLDCO", true), entry("NEWCO", true)]);
  await securities.merge([entry("OLDCO", false), entry("NEWCO", true)]);
  const noCourses = { of: () => undefined } as never;
  const noQuotes = { epoch: 0, seq: 0, at: 0, quotes: [] };
  const api = securitiesApi({
    securities,
    bus: { latest: () => noQuotes } as never,
    daySeries: noCourses,
  });
  const read = async (path: string) => await (await api.request(path)).json();
  const unknown = { exchange: "", kind: null, currency: null };
  assert.deepEqual(await read("/?query=newco"), [
    { ticker: "NEWCO", name: "NEWCO Inc.", ...unknown, priceable: true },
  ]);
  assert.deepEqual(await read("/?query=oldco"), []);
  const { ticker, name, priceable } = await read("/OLDCO");
  assert.deepEqual({ ticker, name, priceable }, {
    ticker: "OLDCO",
    name: "OLDCO Inc.",
    priceable: false,
  });
});

testRoute("GET /api/securities/nearest", {
  cases: {
    async "200 tells what is covered, and at most three names near to the query"({ request }) {
      const answer = await request("/api/securities/nearest?query=starpucksen");
      assert.match(answer.json.covered, /^1,\d{3} US stocks and funds, and \d+ others$/);
      assert.equal(answer.json.nearest[0].ticker, "SBUX");
      assert.ok(answer.json.nearest.length <= 3);
      const far = await request("/api/securities/nearest?query=zzzzqq");
      assert.deepEqual(far.json.nearest, []);
      return answer;
    },
    "400 invalid_query for a query beyond any bound": ({ request }) =>
      request(`/api/securities/nearest?query=${"a".repeat(1_001)}`),
  },
});

testRoute("GET /api/securities", {
  cases: {
    async "200 finds by name, the best first, with a limit of 10"({ request }) {
      const answer = await request("/api/securities?query=apple");
      assert.deepEqual(answer.json[0], {
        ticker: "AAPL",
        name: "Apple Inc.",
        exchange: "NASDAQ",
        kind: "share",
        currency: "USD",
        priceable: true,
      });
      assert.equal((await request("/api/securities?query=a")).json.length, 10);
      assert.equal((await request("/api/securities?query=a&limit=50")).json.length, 50);
      return answer;
    },
    async "200 finds every spelling of a ticker, and says which ticker the security had before"(
      { request },
    ) {
      for (const query of ["BRK/B", "brk b", "$brk.b", "NYSE:BRK-B", "BRK/B US Equity", "BRKb.N"]) {
        const { json } = await request(`/api/securities?query=${encodeURIComponent(query)}`);
        assert.equal(json[0].ticker, "BRK.B", query);
      }
      const spy = await request("/api/securities?query=NYSEARCA:SPY");
      assert.equal(spy.json[0].ticker, "SPY");
      const answer = await request("/api/securities?query=fb");
      assert.deepEqual([answer.json[0].ticker, answer.json[0].formerTicker], ["META", "FB"]);
      return answer;
    },
    async "200 is empty for a blank query, and for a query without a match"({ request }) {
      for (const query of ["", "?query=%20", "?query=zzzzqq"]) {
        assert.deepEqual((await request(`/api/securities${query}`)).json, []);
      }
      return await request("/api/securities");
    },
    async "400 invalid_query for a limit that is not a number from 1 to 50"({ request }) {
      for (const limit of ["0", "51", "1.5", "x"]) {
        const { status, json } = await request(`/api/securities?query=a&limit=${limit}`);
        assert.equal(status, 400);
        assert.match(json.detail, /^limit: /);
      }
      return await request(`/api/securities?query=${"a".repeat(1_001)}`);
    },
  },
});

testRoute("GET /api/securities/{ticker}", {
  cases: {
    async "200 reads a security with its last price"({ request, publish }) {
      const at = Date.now();
      await publish(sampleQuote("AAPL", {
        at,
        price: price("190.1"),
        previousClose: price("188.9"),
        day: { open: price("189"), high: price("191"), low: price("188"), volume: 1_234_567 },
      }));
      const answer = await request("/api/securities/aapl/");
      const { name, exchange, ...rest } = answer.json;
      assert.match(name, /^Apple/);
      assert.ok(exchange);
      assert.deepEqual(rest, {
        ticker: "AAPL",
        kind: "share",
        currency: "USD",
        priceable: true,
        last_price: "190.10",
        last_updated: new Date(at).toISOString(),
        previous_close: "188.90",
        session: "open",
        stale: false,
        open: "189.00",
        high: "191.00",
        low: "188.00",
        range_seen: false,
        volume: 1_234_567,
        regular_close: null,
      });
      return answer;
    },
    async "200 says null where there is no price yet"({ request }) {
      const answer = await request("/api/securities/MSFT");
      assert.deepEqual([answer.json.last_price, answer.json.session], [null, null]);
      return answer;
    },
    async "200 reads every spelling of a ticker, and says which ticker it had before"({ request }) {
      for (const text of ["BRK-B", "BRK%2FB", "NYSE:BRK.B", "BRK.B.US", "brk%20b%20us%20equity"]) {
        const { json } = await request(`/api/securities/${text}`);
        assert.equal(json.ticker, "BRK.B", text);
        assert.equal("formerTicker" in json, false);
      }
      const answer = await request("/api/securities/FB");
      assert.deepEqual([answer.json.ticker, answer.json.formerTicker], ["META", "FB"]);
      return answer;
    },
    async "404 unknown_ticker says what became of a company without a successor"({ request }) {
      const answer = await request("/api/securities/TWTR");
      assert.match(answer.json.detail, /^TWTR has no successor: Twitter was taken private in 2022/);
      return answer;
    },
    "404 unknown_ticker for an unknown ticker": ({ request }) => request("/api/securities/ZZZZ9"),
    async "404 unknown_ticker repeats no more than the beginning of a long text"({ request }) {
      const answer = await request(`/api/securities/${"x".repeat(1_000)}`);
      assert.ok(answer.json.detail.length < 100);
      return answer;
    },
  },
});
