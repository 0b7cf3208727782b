import assert from "node:assert/strict";
import type { Price } from "../../lib/quote.ts";
import { ageText, agoText, quoteText } from "./quote_text.ts";

function price(tenThousandths: number): Price {
  return tenThousandths as Price;
}

Deno.test("a gain shows its sign, amount and percent", () => {
  assert.deepEqual(quoteText(price(1_901_000), price(1_889_000)), {
    price: "190.10",
    change: "+1.20",
    percent: "+0.64%",
    direction: "up",
  });
});

Deno.test("a loss shows a minus sign and keeps the price's decimals", () => {
  assert.deepEqual(quoteText(price(12_345), price(13_000)), {
    price: "1.2345",
    change: "−0.0655",
    percent: "−5.04%",
    direction: "down",
  });
});

Deno.test("an unchanged price has no sign", () => {
  const { change, percent, direction } = quoteText(price(100_000), price(100_000));
  assert.deepEqual([change, percent, direction], ["0.00", "0.00%", "flat"]);
});

Deno.test("without a previous close, change and percent are empty", () => {
  const { change, percent, direction } = quoteText(price(100_000), 0);
  assert.deepEqual([change, percent, direction], ["", "", "none"]);
});

Deno.test("an age is shown in the largest fitting unit and is never negative", () => {
  const ages = [-5, 0, 59_999, 60_000, 3_600_000, 47 * 3_600_000, 48 * 3_600_000].map(agoText);
  assert.deepEqual(ages, [
    "0 s ago",
    "0 s ago",
    "59 s ago",
    "1 min ago",
    "1 h ago",
    "47 h ago",
    "2 d ago",
  ]);
});

Deno.test("a fresh price of an open market has no text beside it, any other shows the reason", () => {
  const fresh = { outdated: false } as const;
  assert.equal(ageText(4_000, { session: "open", ...fresh }), "");
  assert.equal(ageText(4_000, { session: "pre", ...fresh }), "pre-market");
  assert.equal(ageText(4_000, { session: "post", ...fresh }), "after hours");
  assert.equal(ageText(3_600_000, { session: "closed", ...fresh }), "closed, 1 h ago");
  assert.equal(ageText(30_000, { session: "open", outdated: true }), "30 s ago");
});
