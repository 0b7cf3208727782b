import assert from "node:assert/strict";
import { price, sampleQuote, ticker } from "../../bus/bus_fixtures.ts";
import { news, QuoteSlot } from "./quote_slot.ts";

const at = 1_000_000;
const full = ',["AAPL",1000000,0,0,"open","sample",0]';
const brief = ',["AAPL",1000000,0]';

function told({ heard, stale = false, knows = false, session = "open" as const }: {
  heard: (typeof news)[keyof typeof news];
  stale?: boolean;
  knows?: boolean;
  session?: "open" | "closed";
}) {
  const slot = new QuoteSlot(ticker("AAPL"));
  slot.noteTold(knows);
  slot.hear(heard);
  slot.tellChange(sampleQuote("AAPL", { at, stale, session }), at);
  return slot.fragment;
}

Deno.test("what is told of a ticker follows from what the tick said of it", () => {
  assert.equal(told({ heard: news.other }), full);
  assert.equal(told({ heard: news.price }), brief);
  assert.equal(told({ heard: news.same }), "");
  assert.equal(told({ heard: news.unread }), brief);
  assert.equal(told({ heard: news.unread, session: "closed" }), "");
});

Deno.test("a stale flag that its sockets do not know is told in full", () => {
  assert.equal(told({ heard: news.same, knows: true }), full);
  assert.equal(told({ heard: news.price, knows: true }), full);
  assert.equal(told({ heard: news.same, stale: true, knows: true }), "");
});

Deno.test("sockets that were told different flags are all told again", () => {
  for (const stale of [true, false]) {
    const slot = new QuoteSlot(ticker("AAPL"));
    slot.noteTold(false);
    slot.noteTold(true);
    slot.hear(news.same);
    slot.tellChange(sampleQuote("AAPL", { at, stale }), at);
    assert.notEqual(slot.fragment, "");
  }
});

Deno.test("of several ticks the most telling news wins, and is told once", () => {
  const slot = new QuoteSlot(ticker("AAPL"));
  slot.noteTold(false);
  slot.hear(news.other);
  slot.hear(news.same);
  slot.tellChange(sampleQuote("AAPL", { at }), at);
  assert.equal(slot.fragment, full);
  assert.equal(slot.hasNews, false);
});

Deno.test("the frame of a stock stream is made once per price", () => {
  const slot = new QuoteSlot(ticker("AAPL"));
  assert.equal(slot.priceFrame(price("122.21")), '{"price":"122.21"}');
  assert.equal(slot.priceFrame(price("122.2")), '{"price":"122.20"}');
});
