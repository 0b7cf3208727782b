import assert from "node:assert/strict";
import { type Market, parseTicker, type SecurityKind } from "../../quote.ts";
import { marketOf } from "./market_of.ts";

function assertMarket(
  market: Market,
  text: string,
  facts: { exchange?: string; kind?: SecurityKind; currency?: string } = {},
) {
  const ticker = parseTicker(text);
  assert.ok(ticker, text);
  assert.equal(marketOf({ ticker, ...facts }), market, `${text} ${JSON.stringify(facts)}`);
}

Deno.test("what the list tells decides before the form of the ticker", () => {
  assertMarket("crypto", "BTC", { kind: "crypto" });
  assertMarket("crypto", "BTC-EUR", { kind: "crypto", currency: "EUR" });
  assertMarket("fx", "EURJPY", { kind: "currency", currency: "JPY" });
  assertMarket("us", "AAPL", { exchange: "NASDAQ", kind: "share", currency: "USD" });
  assertMarket("us", "NEW", { exchange: "Some new exchange", kind: "share", currency: "USD" });
  assertMarket("us", "TCEHY", { exchange: "OTC", kind: "share", currency: "USD" });
  assertMarket("us", "ABC.L", { exchange: "NYSE", kind: "share" });
  assertMarket("other", "VOD", { exchange: "LSE", kind: "share", currency: "GBP" });
  assertMarket("other", "CSPX.L", { exchange: "LSE", kind: "fund", currency: "USD" });
  assertMarket("us", "^ABC", { kind: "index", currency: "USD" });
  assertMarket("other", "^N225", { kind: "index", currency: "JPY" });
});

Deno.test("the form of a ticker decides where no list names it", () => {
  for (const text of ["AAPL", "BRK.B", "BAC.PRL", "BAC-PL", "ABC.PR", "SPAQ.U", "F", "BA"]) {
    assertMarket("us", text);
  }
  for (const text of ["^GSPC", "^DJI", "^IXIC", "^RUT", "^VIX", "^NDX"]) assertMarket("us", text);
  for (const text of ["^FTSE", "^N225", "^GDAXI", "VOD.L", "7203.T", "SAP.DE", "0700.HK"]) {
    assertMarket("other", text);
  }
  for (const text of ["BTC-USD", "ETH-EUR", "USDT-USD"]) assertMarket("crypto", text);
  for (const text of ["EURUSD=X", "JPY=X"]) assertMarket("fx", text);
});
