import assert from "node:assert/strict";
import { price, sampleQuote } from "../../lib/bus/bus_fixtures.ts";
import type { TestApp } from "../app_fixtures.ts";
import { testRoute } from "./route_fixtures.ts";

/** What both routes refuse, which take a list of tickers. */
function tickerRefusals(path: string) {
  return {
    async "400 invalid_query for more than 200 tickers, and for more than 4,000 characters"(
      { request }: TestApp,
    ) {
      const many = Array.from({ length: 201 }, (_, index) => `T${index}`).join();
      assert.equal((await request(`${path}?tickers=${many}`)).status, 400);
      return await request(`${path}?tickers=${"A".repeat(4_001)}`);
    },
  };
}

testRoute("GET /api/quotes", {
  cases: {
    async "200 answers the known tickers that have a price, with the version"(app) {
      const at = Date.now();
      await app.publish(sampleQuote("KO", { at, price: price("70.5") }), "AAPL");
      const answer = await app.request("/api/quotes?tickers=ko,NOSUCH,not%20one,KO");
      const { epoch, seq, quotes } = answer.json;
      assert.ok(epoch > 0 && seq === 1);
      const time = new Date(at).toISOString();
      assert.deepEqual(quotes, {
        KO: {
          price: "70.50",
          previous_close: null,
          as_of: time,
          seen_at: time,
          source: "sample",
          session: "open",
          stale: false,
          currency: "USD",
          open: null,
          high: "70.50",
          low: "70.50",
          range_seen: true,
          volume: null,
          regular_close: null,
        },
      });
      return answer;
    },
    async "200 reads every spelling of a ticker, and says which ticker its quote has"(app) {
      await app.publish("BRK.B", "META", "KO");
      const { json } = await app.request("/api/quotes?tickers=ko");
      assert.equal("aliases" in json, false);
      const answer = await app.request("/api/quotes?tickers=BRK-B,FB,ko,NYSE:KO,BRK.B");
      assert.deepEqual(Object.keys(answer.json.quotes).sort(), ["BRK.B", "KO", "META"]);
      assert.deepEqual(answer.json.aliases, { "BRK-B": "BRK.B", FB: "META", "NYSE:KO": "KO" });
      return answer;
    },
    async "200 waits a moment for the first price of a ticker"(app) {
      const { token } = await app.signUp();
      const asked = app.request("/api/quotes?tickers=KO", { token });
      await app.publish("KO");
      const answer = await asked;
      assert.equal(answer.json.quotes.KO.price, "100.00");
      return answer;
    },
    async "200 is empty without tickers"({ request }) {
      const answer = await request("/api/quotes");
      assert.deepEqual(answer.json.quotes, {});
      return answer;
    },
    ...tickerRefusals("/api/quotes"),
  },
});

testRoute("GET /api/quotes/series", {
  cases: {
    async "200 is today's course of each ticker that was seen"(app) {
      const at = Date.now();
      await app.publish(sampleQuote("KO", { at, price: price("70.5") }));
      const answer = await app.request("/api/quotes/series?tickers=KO,MSFT,NOSUCH");
      const { points: [[time, text]], ...bounds } = answer.json.KO;
      assert.ok(Math.abs(time - at) < 3_600_000);
      assert.equal(text, "70.50");
      assert.deepEqual(bounds, { step_ms: 5_000, low: "70.50", high: "70.50" });
      assert.deepEqual(Object.keys(answer.json), ["KO"]);
      return answer;
    },
    ...tickerRefusals("/api/quotes/series"),
  },
});
