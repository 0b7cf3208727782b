import assert from "node:assert/strict";
import { parseTicker } from "../../quote.ts";
import { createSecurities } from "../create_securities.ts";
import { findSecurity } from "../find_security.ts";
import { readUniverse } from "../universe.ts";
import { readWorld } from "./world.ts";

Deno.test("there are some securities of each kind and of each market", () => {
  const securities = readWorld().map(({ security }) => security);
  for (const kind of ["index", "crypto", "currency", "share"]) {
    assert.ok(securities.some((security) => security.kind === kind), kind);
  }
  for (const market of ["us", "crypto", "fx", "other"]) {
    assert.ok(securities.some((security) => security.market === market), market);
  }
  const known = new Set(readUniverse().listings.map(({ security }) => security.ticker));
  assert.deepEqual(securities.filter(({ ticker }) => known.has(ticker)), []);
  assert.equal(new Set(securities.map(({ ticker }) => ticker)).size, securities.length);
});

Deno.test("each is found by its ticker, and none is among the most watched", () => {
  const securities = createSecurities();
  for (const { security: { ticker, name } } of readWorld()) {
    assert.equal(findSecurity(securities, ticker).ticker, ticker);
    assert.equal(findSecurity(securities, ticker.toLowerCase()).ticker, ticker);
    assert.ok(securities.search(name, 3).some((found) => found.ticker === ticker), name);
    assert.equal(securities.isMuchWatched(ticker), false);
  }
  assert.equal(securities.find(parseTicker("VOD.L")!)?.currency, "GBP");
  assert.equal(securities.find(parseTicker("BTC-USD")!)?.market, "crypto");
});
