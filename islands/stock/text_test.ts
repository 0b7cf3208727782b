import assert from "node:assert/strict";
import type { Price } from "../../lib/quote.ts";
import { dayFacts, daySentence, stockTitle, timeText } from "./text.ts";

/** 09:30 in New York. */
const openMs = Date.parse("2026-11-27T14:30:00Z");
const minuteMs = 60_000;

Deno.test("the title begins with the price and the change, as far as they are known", () => {
  assert.equal(stockTitle("AAPL", { price: "190.10", percent: "+1.23%" }), "190.10 +1.2 % AAPL");
  assert.equal(stockTitle("AAPL", { price: "190.10", percent: "−0.66%" }), "190.10 −0.7 % AAPL");
  assert.equal(stockTitle("AAPL", { price: "190.10", percent: "0.00%" }), "190.10 0.0 % AAPL");
  assert.equal(stockTitle("AAPL", { price: "190.10", percent: "" }), "190.10 AAPL");
  assert.equal(stockTitle("AAPL", { price: "–", percent: "" }), "AAPL");
});

Deno.test("the sentence of the day names the first price, the lowest, the highest and the present one", () => {
  const points = [[0, 188.9], [35, 188], [230, 191.4], [272, 190.1]].map(
    ([minute = 0, dollars = 0]) =>
      [openMs + minute * minuteMs, Math.round(dollars * 10_000) as Price] as const,
  );
  const facts = dayFacts({ points, stepMs: 5_000 });
  assert.ok(facts);
  assert.equal(
    daySentence(facts),
    "Opened 188.90, low 188.00 at 10:05, high 191.40 at 13:20, now 190.10.",
  );
  assert.equal(dayFacts({ points: [], stepMs: 5_000 }), undefined);
  const kept = { at: openMs + minuteMs, price: 1_950_000 as Price };
  assert.equal(
    daySentence(dayFacts({ points, stepMs: 5_000, low: kept, high: kept })!),
    "Opened 188.90, low 188.00 at 10:05, high 195.00 at 09:31, now 190.10.",
  );
});

Deno.test("a time of another day in New York has its day", () => {
  assert.equal(timeText(openMs, openMs + minuteMs), "09:30:00");
  assert.equal(timeText(openMs, openMs + 24 * 60 * minuteMs), "27 Nov, 09:30:00");
});
