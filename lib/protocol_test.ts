import fc from "fast-check";
import assert from "node:assert/strict";
import {
  briefQuote,
  closeCodes,
  fullQuote,
  liveLimits,
  parseClientMessage,
  parseTickers,
  readFullQuote,
  readQuote,
} from "./protocol.ts";
import { parsePrice, parseTicker, type Quote } from "./quote.ts";

const quote: Quote = {
  ticker: parseTicker("AAPL")!,
  price: parsePrice("190.1")!,
  asOf: 10_000,
  seenAt: 11_000,
  source: "simulated",
  session: "open",
  stale: false,
};

Deno.test("a quote in full carries price, previous close, age, session, source and staleness", () => {
  assert.deepEqual(fullQuote(quote, 10_250), ["AAPL", 1901000, 0, 250, "open", "simulated", 0]);
  const stale = { ...quote, previousClose: parsePrice("188")!, stale: true };
  assert.deepEqual(fullQuote(stale, 10_000), ["AAPL", 1901000, 1880000, 0, "open", "simulated", 1]);
});

Deno.test("a quote in brief carries price and age", () => {
  assert.deepEqual(briefQuote(quote, 10_250), ["AAPL", 1901000, 250]);
});

Deno.test("the age of a price is never negative, even if the clock of its source runs ahead of ours", () => {
  assert.equal(briefQuote(quote, 9_000)[2], 0);
  assert.equal(fullQuote(quote, 9_000)[3], 0);
});

Deno.test("each message of a client is read without members that it should not have", () => {
  for (
    const message of [
      { type: "auth", token: "t" },
      { type: "follow", lists: ["a", "b"] },
      { type: "subscribe", tickers: ["AAPL"] },
      { type: "unsubscribe", tickers: [] },
    ]
  ) {
    assert.deepEqual(parseClientMessage(JSON.stringify({ ...message, extra: 1 })), message);
  }
});

Deno.test("a text that is not a message of the protocol is not read", () => {
  for (
    const text of [
      "",
      "{",
      "null",
      "1",
      '"auth"',
      "[]",
      "{}",
      '{"type":"hello"}',
      '{"type":"constructor"}',
      '{"type":"auth"}',
      '{"type":"auth","token":1}',
      '{"type":"follow","lists":"a"}',
      '{"type":"follow","lists":[1]}',
      '{"type":"subscribe","tickers":{}}',
      '{"type":"unsubscribe","tickers":[null]}',
    ]
  ) {
    assert.equal(parseClientMessage(text), undefined, text);
  }
});

Deno.test("no text makes the reader of client messages throw", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
    const message = parseClientMessage(text);
    assert.ok(message === undefined || typeof message.type === "string");
  }));
});

Deno.test("texts are split into tickers, each once, and texts that are not tickers", () => {
  assert.deepEqual(parseTickers(["aapl", "AAPL ", "?", "BRK.B", ""]), {
    tickers: ["AAPL", "BRK.B"],
    others: ["?", ""],
  });
});

Deno.test("the close codes and limits are the documented ones", () => {
  assert.deepEqual(closeCodes, {
    restarting: 4000,
    tooSlow: 4001,
    signInExpired: 4002,
    resync: 4003,
    badMessage: 4500,
    signedOut: 4501,
    limit: 4502,
  });
  assert.deepEqual(liveLimits, {
    messageBytesMax: 4096,
    subscribedMax: 200,
    subscribedAnonymousMax: 25,
    followedMax: 400,
    messagesMax: 20,
    messagesSpanMs: 10_000,
    waitingMax: 16,
  });
});

Deno.test("an encoded quote is read back by name, in both forms", () => {
  const stale = { ...quote, previousClose: parsePrice("188")!, stale: true };
  const brief = { ticker: quote.ticker, price: quote.price, ageMs: 250 };
  const full = {
    ...brief,
    previousClose: stale.previousClose,
    session: "open",
    source: "simulated",
    isStale: true,
  };
  assert.deepEqual(readFullQuote(fullQuote(stale, 10_250)), full);
  assert.deepEqual(readQuote(fullQuote(stale, 10_250)), full);
  assert.deepEqual(readQuote(briefQuote(stale, 10_250)), brief);
});

Deno.test("members that a later version appends are ignored", () => {
  const today = fullQuote(quote, 10_250);
  const later = JSON.parse(JSON.stringify([...today, "later"]));
  assert.deepEqual(readQuote(later), readFullQuote(today));
});
