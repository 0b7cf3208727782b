import assert from "node:assert/strict";
import fc from "fast-check";
import { effect } from "@preact/signals";
import type { BriefQuote, FullQuote, TickMessage } from "../../lib/protocol.ts";
import { formatPrice, type Price, type Ticker } from "../../lib/quote.ts";
import { createQuoteStore } from "./quote_store.ts";

const startMs = 1_700_000_000_000;
const aapl = "AAPL" as Ticker;

function full(
  price: number,
  { ageMs = 0, source = "simulated", stale = 0 }: {
    ageMs?: number;
    source?: string;
    stale?: 0 | 1;
  } = {},
): FullQuote {
  return [aapl, price as Price, 1_000_000 as Price, ageMs, "open", source, stale];
}

function brief(price: number, ageMs = 0): BriefQuote {
  return [aapl, price as Price, ageMs];
}

function tick(
  seq: number,
  quotes: (FullQuote | BriefQuote)[],
  { atMs = startMs + seq * 5_000, epoch = 1 } = {},
): TickMessage {
  return { type: "tick", epoch, seq, at: atMs, tickMs: 5_000, nextAt: atMs + 5_000, quotes };
}

function storeWith(...quotes: FullQuote[]) {
  return createQuoteStore({ epoch: 1, seq: 0, at: startMs, quotes });
}

Deno.test("the prices of the page are shown before the first message arrives", () => {
  const cell = storeWith(full(1_012_000)).cell(aapl);
  assert.deepEqual(
    [cell.price.value, cell.change.value, cell.percent.value, cell.direction.value],
    ["101.20", "+1.20", "+1.20%", "up"],
  );
});

Deno.test("a brief quote changes the price and its age, and keeps the previous close", () => {
  const store = storeWith(full(1_012_000));
  store.apply(tick(1, [brief(990_000, 700)]));
  const cell = store.cell(aapl);
  assert.deepEqual([cell.price.value, cell.change.value], ["99.00", "−1.00"]);
  assert.equal(cell.asOf.value, startMs + 5_000 - 700);
});

Deno.test("a price with an older time at its source is dropped, even in a later message", () => {
  const store = storeWith(full(1_012_000));
  store.apply(tick(1, [brief(990_000, 5_001)]));
  assert.equal(store.cell(aapl).price.value, "101.20");
});

Deno.test("of two prices with the same time, the one with the later version stays", () => {
  const store = storeWith();
  store.apply(tick(3, [full(1_000_000)], { atMs: startMs }));
  store.apply(tick(2, [full(2_000_000)], { atMs: startMs }));
  assert.equal(store.cell(aapl).price.value, "100.00");
  store.apply(tick(1, [full(3_000_000)], { atMs: startMs, epoch: 2 }));
  assert.equal(store.cell(aapl).price.value, "300.00");
});

Deno.test("another source replaces a stale price, even with an earlier time", () => {
  const store = storeWith(full(1_012_000));
  const lagging = full(999_000, { ageMs: 60_000, source: "albert" });
  store.apply(tick(1, [lagging]));
  assert.equal(store.cell(aapl).price.value, "101.20", "the known price is fresh");
  store.apply(tick(2, [full(1_012_000, { ageMs: 10_000, stale: 1 })]));
  store.apply(tick(3, [lagging]));
  assert.equal(store.cell(aapl).price.value, "99.90");
});

Deno.test("the newest price stays, in whatever order the messages arrive", () => {
  const arrival = fc.array(
    fc.record({ asOf: fc.nat(20), seq: fc.nat(20), price: fc.integer({ min: 1, max: 1e6 }) }),
    { minLength: 1, maxLength: 30 },
  );
  fc.assert(fc.property(arrival, (quotes) => {
    const store = storeWith();
    for (const { asOf, seq, price } of quotes) {
      store.apply(tick(seq, [full(price, { ageMs: 20 - asOf })], { atMs: startMs + 20 }));
    }
    const newest = quotes.reduce((a, b) => (b.asOf - a.asOf || b.seq - a.seq) >= 0 ? b : a);
    assert.equal(store.cell(aapl).asOf.value, startMs + newest.asOf);
    assert.equal(store.cell(aapl).price.value, formatPrice(newest.price as Price));
  }));
});

Deno.test("fields that a later version of the protocol adds to a quote are ignored", () => {
  const store = storeWith(full(1_012_000));
  const longer = JSON.parse(JSON.stringify([...brief(990_000), 7, { x: 1 }, 0, 1, 1, 1]));
  store.apply(tick(1, [longer]));
  const cell = store.cell(aapl);
  assert.deepEqual([cell.price.value, cell.stale.value], ["99.00", false]);
});

Deno.test("each move of the price starts a new flash, an unchanged price does not", () => {
  const store = storeWith(full(1_000_000));
  const flashes: string[] = [];
  const stop = effect(() => void flashes.push(store.cell(aapl).flash.value));
  store.apply(tick(1, [brief(1_010_000)]));
  store.apply(tick(2, [brief(1_020_000)]));
  store.apply(tick(3, [full(1_020_000, { stale: 1 })]));
  store.apply(tick(4, [brief(1_010_000)]));
  stop();
  assert.deepEqual(flashes, ["", "up0", "up1", "down0"]);
});

Deno.test("a tick without quotes confirms that all prices were read again", () => {
  const store = storeWith(full(1_000_000));
  store.apply(tick(2, []));
  assert.equal(store.readAt.value, startMs + 10_000);
  store.apply(tick(1, []));
  assert.equal(store.readAt.value, startMs + 10_000, "an older tick takes nothing back");
});

Deno.test("a ticker that is removed from the list is forgotten, so its old price cannot come back as a new one", () => {
  const store = storeWith(full(1_000_000));
  store.retain([]);
  assert.equal(store.cell(aapl).price.value, "–");
});
