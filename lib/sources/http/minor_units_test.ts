import assert from "node:assert/strict";
import { formatPrice, parsePrice } from "../../quote.ts";
import { currencyOf, hundredthOf, isMinorUnit } from "./minor_units.ts";

Deno.test("a hundredth is exact, in every form of a number", () => {
  const texts = {
    "7234.5": "72.345",
    "72": "0.72",
    "0.05": "0.0005",
    "1e3": "10.00",
    "1.5E-1": "0.0015",
    "20345": "203.45",
    "99.98": "0.9998",
  };
  for (const [text, hundredth] of Object.entries(texts)) {
    const price = parsePrice(hundredthOf(text));
    assert.equal(price && formatPrice(price), hundredth, text);
  }
  for (const text of ["", "NaN", "1,000", "-"]) assert.equal(hundredthOf(text), text);
});

Deno.test("codes of minor units stand for their currency; others are written in capitals", () => {
  const codes = { GBp: "GBP", GBX: "GBP", ZAc: "ZAR", ILA: "ILS", usd: "USD", GBP: "GBP" };
  for (const [code, currency] of Object.entries(codes)) assert.equal(currencyOf(code), currency);
  for (const code of ["", "US", "USDT", null, 3]) assert.equal(currencyOf(code), undefined);
  assert.deepEqual(["GBp", "GBP", "constructor"].map(isMinorUnit), [true, false, false]);
});
