import assert from "node:assert/strict";
import { price, sampleQuote } from "../../lib/bus/bus_fixtures.ts";
import { testRoute } from "./route_fixtures.ts";

testRoute("GET /api/securities", {
  cases: {
    async "200 finds by name, the best first, with a limit of 10"({ request }) {
      const answer = await request("/api/securities?query=apple");
      assert.deepEqual(Object.keys(answer.json[0]), ["ticker", "name", "exchange"]);
      assert.equal(answer.json[0].ticker, "AAPL");
      assert.equal((await request("/api/securities?query=a")).json.length, 10);
      assert.equal((await request("/api/securities?query=a&limit=50")).json.length, 50);
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
      }));
      const answer = await request("/api/securities/aapl/");
      const { name, exchange, ...rest } = answer.json;
      assert.match(name, /^Apple/);
      assert.ok(exchange);
      assert.deepEqual(rest, {
        ticker: "AAPL",
        last_price: "190.10",
        last_updated: new Date(at).toISOString(),
        previous_close: "188.90",
        session: "open",
        stale: false,
      });
      return answer;
    },
    async "200 says null where there is no price yet"({ request }) {
      const answer = await request("/api/securities/MSFT");
      assert.deepEqual([answer.json.last_price, answer.json.session], [null, null]);
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
