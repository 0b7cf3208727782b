import assert from "node:assert/strict";
import { price, sampleQuote, ticker } from "../../bus/bus_fixtures.ts";
import { type Change, changes, QuoteSlot } from "./quote_slot.ts";

const at = 1_000_000;
const full = ',["AAPL",1000000,0,0,"open","sample",0]';
const brief = ',["AAPL",1000000,0]';

function encoded({ change, stale = false, sentStale = false, session = "open" as const }: {
  change: Change;
  stale?: boolean;
  sentStale?: boolean;
  session?: "open" | "closed";
}) {
  const slot = new QuoteSlot(ticker("AAPL"));
  slot.noteSnapshot(sentStale);
  slot.noteChange(change);
  slot.encodeChange(sampleQuote("AAPL", { at, stale, session }), at);
  return slot.fragment;
}

Deno.test("the change of a ticker decides whether nothing, its price or its full quote is sent", () => {
  assert.equal(encoded({ change: changes.other }), full);
  assert.equal(encoded({ change: changes.price }), brief);
  assert.equal(encoded({ change: changes.none }), "");
  assert.equal(encoded({ change: changes.unread }), brief);
  assert.equal(encoded({ change: changes.unread, session: "closed" }), "");
});

Deno.test("if the stale flag differs from the one sent last, the full quote is sent", () => {
  assert.equal(encoded({ change: changes.none, sentStale: true }), full);
  assert.equal(encoded({ change: changes.price, sentStale: true }), full);
  assert.equal(encoded({ change: changes.none, stale: true, sentStale: true }), "");
});

Deno.test("if sockets were sent different stale flags, the full quote is sent", () => {
  for (const stale of [true, false]) {
    const slot = new QuoteSlot(ticker("AAPL"));
    slot.noteSnapshot(false);
    slot.noteSnapshot(true);
    slot.noteChange(changes.none);
    slot.encodeChange(sampleQuote("AAPL", { at, stale }), at);
    assert.notEqual(slot.fragment, "");
  }
});

Deno.test("of several changes the greatest one wins, and is sent once", () => {
  const slot = new QuoteSlot(ticker("AAPL"));
  slot.noteSnapshot(false);
  slot.noteChange(changes.other);
  slot.noteChange(changes.none);
  slot.encodeChange(sampleQuote("AAPL", { at }), at);
  assert.equal(slot.fragment, full);
  assert.equal(slot.isRead, false);
});

Deno.test("the frame of a stock stream is encoded once for each price", () => {
  const slot = new QuoteSlot(ticker("AAPL"));
  assert.equal(slot.priceFrame(price("122.21")), '{"price":"122.21"}');
  assert.equal(slot.priceFrame(price("122.2")), '{"price":"122.20"}');
});
