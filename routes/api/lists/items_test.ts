import assert from "node:assert/strict";
import { price, sampleQuote, ticker } from "../../../lib/bus/bus_fixtures.ts";
import { createSecurities } from "../../../lib/securities/create_securities.ts";
import { createTestApp, type TestApp } from "../../app_fixtures.ts";
import type { TestRequest } from "../../client_fixtures.ts";
import { testRoute } from "../route_fixtures.ts";
import {
  limitCase,
  sampleTickers,
  unknownListCases,
  versionCase,
  withList,
} from "./list_client_fixtures.ts";

// Each function tests the route of the first list, and the one that names a list.

function testReading(route: string) {
  testRoute(route, {
    cases: {
      async "200 reads the rows in order with their prices; the tag is the version"(app) {
        const { send, list } = await withList(app);
        const at = Date.now() + 1;
        await app.publish(sampleQuote("KO", { at, price: price("70.5") }));
        const answer = await send(route);
        const [first, ...others] = answer.json;
        assert.deepEqual(first, {
          ticker: "KO",
          name: first.name,
          last_price: "70.50",
          last_updated: new Date(at).toISOString(),
          previous_close: null,
          session: "open",
          stale: false,
          currency: "USD",
          open: null,
          high: "100.00",
          low: "70.50",
          range_seen: true,
          volume: null,
          regular_close: null,
        });
        assert.match(first.name, /Coca-Cola/);
        assert.deepEqual(others.map(({ ticker }: typeof first) => ticker), ["AAPL", "MSFT"]);
        assert.equal(answer.headers.get("etag"), `"${list.id}:${list.version}"`);
        assert.equal(answer.headers.get("cache-control"), "no-store, no-transform");
        return answer;
      },
      ...unknownListCases(route),
    },
  });
}

testReading("GET /api/watchlist");
testReading("GET /api/watchlists/{id}");

function testAdding(route: string) {
  const json = { ticker: "NVDA" };
  testRoute(route, {
    sample: { json },
    cases: {
      async "201 adds it at the end, however it is written"(app) {
        const { send, list } = await withList(app);
        const answer = await send(route, { json: { ticker: " nvda " } });
        assert.deepEqual(answer.json, {
          id: list.id,
          version: list.version + 1,
          tickers: [...sampleTickers, "NVDA"],
        });
        assert.equal(answer.headers.get("etag"), `"${list.id}:${list.version + 1}"`);
        return answer;
      },
      async "200 leaves a list as it is that has it already"(app) {
        const { send, list } = await withList(app);
        const answer = await send(route, { json: { ticker: "ko" } });
        assert.deepEqual([answer.json.version, answer.json.tickers], [list.version, sampleTickers]);
        return answer;
      },
      async "400 invalid_body for a ticker that is not text"(app) {
        const { send } = await withList(app);
        return await send(route, { json: { ticker: 7 } });
      },
      async "404 unknown_ticker for an unknown ticker, and for a text that is not a ticker"(app) {
        const { send } = await withList(app);
        assert.equal((await send(route, { json: { ticker: "no ticker!" } })).status, 404);
        return await send(route, { json: { ticker: "ZZZZ9" } });
      },
      async "404 unknown_ticker for one that the source of prices does not have"() {
        const securities = createSecurities();
        const aapl = { ticker: ticker("AAPL"), name: "Apple", priceable: true };
        await securities.merge([aapl]);
        await using app = await createTestApp({ securities });
        const { send } = await withList(app);
        assert.ok(securities.find(ticker("NVDA")));
        return await send(route, { json });
      },
      async "409 list_full at 200 tickers"(app) {
        const all = app.deps.securities.tickers().slice(0, 201);
        const { send } = await withList(app, all.slice(0, 200));
        return await send(route, { json: { ticker: all[200] } });
      },
      ...unknownListCases(route, { json }),
      ...versionCase(route, { json }),
      ...limitCase(route, { json }),
    },
  });
}

testAdding("POST /api/watchlist");
testAdding("POST /api/watchlists/{id}/items");

Deno.test("a position puts a new ticker in its place, which only a list by its id takes", async () => {
  await using app = await createTestApp();
  const { send } = await withList(app);
  const json = { ticker: "NVDA", position: 1 };
  const answer = await send("POST /api/watchlists/{id}/items", { json });
  assert.deepEqual(answer.json.tickers, ["KO", "NVDA", "AAPL", "MSFT"]);
  for (const position of [-1, 0.5, 201, "1"]) {
    const refused = await send("POST /api/watchlists/{id}/items", { json: { ...json, position } });
    assert.deepEqual([refused.status, refused.json.code], [400, "invalid_body"]);
  }
});

function testOrdering(route: string) {
  const json = { tickers: ["MSFT", "KO", "AAPL"] };
  testRoute(route, {
    sample: { json },
    cases: {
      async "200 puts the tickers in the new order"(app) {
        const { send, list } = await withList(app);
        const answer = await send(route, { json });
        const version = list.version + 1;
        assert.deepEqual(answer.json, { id: list.id, version, ...json });
        assert.equal(answer.headers.get("etag"), `"${list.id}:${version}"`);
        return answer;
      },
      async "400 invalid_body for an order that is not a list of texts"(app) {
        const { send } = await withList(app);
        assert.equal(
          (await send(route, { json: { tickers: Array(1_001).fill("KO") } })).status,
          400,
        );
        return await send(route, { json: { tickers: "KO" } });
      },
      async "409 set_differs when a ticker is missing, added, repeated or none"(app) {
        const { send, tickers } = await withList(app);
        const orders = [
          ["KO", "AAPL"],
          [...sampleTickers, "NVDA"],
          [...sampleTickers, "KO"],
          ["KO", "AAPL", "no ticker!"],
        ];
        for (const tickers of orders) {
          assert.equal((await send(route, { json: { tickers } })).status, 409, tickers.join());
        }
        assert.deepEqual(await tickers(), sampleTickers);
        return await send(route, { json: { tickers: [] } });
      },
      ...unknownListCases(route, { json }),
      ...versionCase(route, { json }),
      ...limitCase(route, { json }),
    },
  });
}

testOrdering("PUT /api/watchlist/order");
testOrdering("PUT /api/watchlists/{id}/order");

/** What changing one listed ticker refuses. */
function notOnListCase(route: string, request: TestRequest = {}) {
  return {
    async "404 not_on_list for another ticker, and for a text that is not a ticker"(app: TestApp) {
      const { send } = await withList(app);
      const ask = (text: string) => send(route.replace("{ticker}", text), request);
      assert.equal((await ask("no%20ticker!")).status, 404);
      return await ask("NVDA");
    },
  };
}

const move = "PATCH /api/watchlists/{id}/items/{ticker}";
const moveKo = move.replace("{ticker}", "ko");
const toSecond = { json: { position: 1 } };

testRoute("PATCH /api/watchlists/{id}/items/{ticker}", {
  sample: toSecond,
  cases: {
    async "200 moves it to its place; past the end is the end"(app) {
      const { send } = await withList(app);
      const second = await send(moveKo, toSecond);
      assert.deepEqual(second.json.tickers, ["AAPL", "KO", "MSFT"]);
      const last = await send(moveKo, { json: { position: 200 } });
      assert.deepEqual(last.json.tickers, ["AAPL", "MSFT", "KO"]);
      assert.equal(last.headers.get("etag"), `"${last.json.id}:${last.json.version}"`);
      return last;
    },
    async "400 invalid_body for a position out of bounds, and for one that is not a number"(app) {
      const { send } = await withList(app);
      for (const position of [-1, 1.5, 201, "1", null]) {
        assert.equal((await send(moveKo, { json: { position } })).status, 400);
      }
      return await send(moveKo, { json: {} });
    },
    ...notOnListCase(move, toSecond),
    ...unknownListCases(moveKo, toSecond),
    ...versionCase(moveKo, toSecond),
    ...limitCase(moveKo, toSecond),
  },
});

function testRemoving(route: string) {
  const removeKo = route.replace("{ticker}", "ko");
  testRoute(route, {
    cases: {
      async "204 removes it, however it is written"(app) {
        const { send, tickers } = await withList(app);
        const answer = await send(removeKo);
        assert.deepEqual(await tickers(), ["AAPL", "MSFT"]);
        return answer;
      },
      ...notOnListCase(route),
      ...unknownListCases(removeKo),
      ...versionCase(removeKo),
      ...limitCase(removeKo),
    },
  });
}

testRemoving("DELETE /api/watchlist/{ticker}");
testRemoving("DELETE /api/watchlists/{id}/items/{ticker}");
