import assert from "node:assert/strict";
import { priceFields } from "./schemas.ts";

const row = {
  last_price: "190.10",
  last_updated: "2026-01-05T12:00:00.000Z",
  previous_close: null,
  session: "closed",
  stale: true,
  currency: null,
  open: null,
  high: null,
  low: null,
  range_seen: false,
  volume: null,
  regular_close: null,
};

Deno.test("a price is decimal text or null, never a number", () => {
  assert.deepEqual(priceFields.parse(row), row);
  assert.equal(priceFields.safeParse({ ...row, last_price: 190.1 }).success, false);
});

Deno.test("a time is in UTC, and a session one of four", () => {
  const local = { ...row, last_updated: "2026-01-05T12:00:00+01:00" };
  assert.equal(priceFields.safeParse(local).success, false);
  assert.equal(priceFields.safeParse({ ...row, session: "lunch" }).success, false);
});
