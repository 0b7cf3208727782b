import assert from "node:assert/strict";
import { createSecurities } from "./create_securities.ts";
import { findSecurity } from "./find_security.ts";
import { formerTickers, goneTickers } from "./former_tickers.ts";
import { readUniverse } from "./universe.ts";

const tickers = new Set(readUniverse().listings.map(({ security }) => security.ticker));
const securities = createSecurities();

Deno.test("each former ticker has a present one in universe.json, and is not used by another company", () => {
  assert.ok(formerTickers.size >= 50);
  for (const [former, present] of formerTickers) {
    assert.ok(tickers.has(present), `${present}, formerly ${former}`);
    assert.ok(!tickers.has(former), former);
    assert.ok(!goneTickers.has(former), former);
    assert.equal(findSecurity(securities, former).ticker, present);
  }
});

Deno.test("a company without a successor is not in universe.json, and its error says what became of it", () => {
  for (const [ticker, fate] of goneTickers) {
    assert.ok(!tickers.has(ticker), ticker);
    assert.throws(() => findSecurity(securities, ticker), {
      code: "unknown_ticker",
      message: `${ticker} has no successor: ${fate}.`,
    });
  }
});

Deno.test("the search finds a former ticker before longer tickers, and the result says so", () => {
  for (const [former, present] of formerTickers) {
    for (const query of [former, former.toLowerCase(), `$${former}`, `NYSE:${former}`]) {
      const [first] = securities.search(query, 10);
      assert.deepEqual([first?.ticker, first?.formerTicker], [present, former], query);
    }
    assert.equal(securities.search(present, 1)[0]?.formerTicker, undefined);
  }
});
