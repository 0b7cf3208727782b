import fc from "fast-check";
import assert from "node:assert/strict";
import { type DayFacts, type Price, priceMax, type Quote } from "../quote.ts";
import type { Announcement } from "./bus.ts";
import { interest, price, sampleQuote, sampleTick, ticker } from "./bus_fixtures.ts";
import { createTickAssembly } from "./redis/tick_assembly.ts";
import {
  encodeAnnouncement,
  encodeHead,
  encodeNewcomers,
  encodeQuote,
  encodeReading,
  parseAnnouncement,
  parseMessage,
  parseSnapshot,
} from "./wire.ts";

const at = 1_700_000_000_000;
const version = { epoch: at, seq: 3 };

function partText(items: readonly string[], { part = 1, parts = 1, seq = 3 } = {}) {
  const head = encodeHead(sampleTick({ ...version, seq, at }));
  return `{"tick":${head},"previous":[${at},2],"part":${part},"parts":${parts},"items":[${
    items.join(",")
  }]}`;
}

function parsePart(text: string) {
  const message = parseMessage(text);
  assert.ok(message?.kind === "tick");
  return message;
}

const quotes = fc.record({
  price: fc.integer({ min: 1, max: priceMax }),
  previousClose: fc.option(fc.integer({ min: 1, max: priceMax }), { nil: undefined }),
  asOf: fc.integer({ min: 0, max: 4e12 }),
  seenAt: fc.integer({ min: 0, max: 4e12 }),
  source: fc.string(),
  session: fc.constantFrom("pre", "open", "post", "closed"),
  day: fc.option(
    fc.record({
      open: fc.integer({ min: 1, max: priceMax }),
      high: fc.integer({ min: 1, max: priceMax }),
      low: fc.integer({ min: 1, max: priceMax }),
      volume: fc.integer({ min: 1, max: 1e12 }),
      regularClose: fc.integer({ min: 1, max: priceMax }),
    }, { requiredKeys: ["volume"] }),
    { nil: undefined },
  ),
}).map(({ previousClose, price, day, ...rest }): Quote => ({
  ...rest,
  ticker: ticker("BRK.B"),
  price: price as Price,
  ...(day && { day: { ...day } as DayFacts }),
  ...(previousClose === undefined ? {} : { previousClose: previousClose as Price }),
  stale: false,
}));

Deno.test("a quote is the same after it was encoded and parsed", () => {
  fc.assert(fc.property(quotes, (quote) => {
    const text = encodeQuote(quote, version);
    assert.deepEqual(parsePart(partText([text])).quotes, [quote]);
    const stored = parseSnapshot({
      head: encodeHead(sampleTick({ ...version, at })),
      ...{ quotes: [text], readings: [] },
    });
    assert.deepEqual(stored?.quotes, [{ quote, version }]);
  }));
});

Deno.test("an item that is not a quote is left out", () => {
  const good = encodeQuote(sampleQuote("AAPL", { at }), version);
  fc.assert(fc.property(fc.json(), (text) => {
    const { quotes, unchanged } = parsePart(partText([good, text]));
    assert.deepEqual(quotes.map(({ ticker }) => ticker), ["AAPL"]);
    assert.ok(unchanged.length <= 1);
  }));
  const members: unknown[] = JSON.parse(good);
  for (const [index, wrong] of [[0, "no ticker"], [1, 0], [1, 1.5], [2, -1], [5, "shut"], [6, 7]]) {
    const broken = members.with(Number(index), wrong);
    assert.deepEqual(parsePart(partText([JSON.stringify(broken)])).quotes, [], String(broken));
  }
});

Deno.test("a quote with members that this version does not know is parsed", () => {
  const members: unknown[] = JSON.parse(encodeQuote(sampleQuote("AAPL", { at }), version));
  const { quotes } = parsePart(partText([JSON.stringify([...members, "later"])]));
  assert.deepEqual(quotes, [sampleQuote("AAPL", { at })]);
});

Deno.test("a text that is neither a tick nor an announcement is undefined", () => {
  for (const text of ["", "{", "null", "[]", '"tick"', '{"tick":{}}', '{"news":{}}']) {
    assert.equal(parseMessage(text), undefined, text);
  }
});

Deno.test("an announcement is the same after it was encoded and parsed; unknown kinds and faulty ones are undefined", () => {
  const list = { id: "l", name: 'Größe "1"', version: 3, tickers: [ticker("AAPL")] };
  const announcements: Announcement[] = [
    { kind: "list_changed", userId: "u", list },
    { kind: "list_deleted", userId: "u", listId: "l" },
    { kind: "lists_reordered", userId: "u" },
    { kind: "session_revoked", userId: "u", sessionId: "s" },
    { kind: "newcomers", interest: interest({ signedIn: ["AAPL"], anonymous: ["MSFT"] }) },
    { kind: "catalog_changed" },
    { kind: "lease_free" },
  ];
  for (const announcement of announcements) {
    const text = encodeAnnouncement(announcement);
    assert.deepEqual(parseAnnouncement(text), announcement);
    const message = parseMessage(`{"news":${text},"generation":"g","number":4,"id":"1-4"}`);
    assert.deepEqual(message, {
      kind: "announcement",
      generation: "g",
      number: 4,
      id: "1-4",
      announcement,
    });
  }
  for (
    const text of ['{"kind":"later"}', '{"kind":"session_revoked"}', "{", '{"kind":"newcomers"}']
  ) {
    assert.equal(parseAnnouncement(text), undefined);
  }
  assert.equal(encodeNewcomers(interest({})) + encodeNewcomers(undefined), "");
});

Deno.test("a stored quote has the times of its last reading, unless its own are later", () => {
  const head = encodeHead(sampleTick({ ...version, at }));
  const text = encodeQuote(sampleQuote("AAPL", { at, price: price("2") }), version);
  const readings: [string, number, number][] = [
    [encodeReading(sampleTick({ ...version, at: at + 9 })), at, at + 9],
    [encodeReading(sampleTick({ ...version, at: at + 9, unchangedAsOf: at + 7 })), at + 7, at + 9],
    [encodeReading(sampleTick({ ...version, at: at - 9, unchangedAsOf: at - 9 })), at, at],
  ];
  for (const [reading, asOf, seenAt] of readings) {
    const snapshot = parseSnapshot({ head, quotes: [text], readings: ["AAPL", reading] });
    const quote = snapshot?.quotes[0]?.quote;
    assert.deepEqual([quote?.asOf, quote?.seenAt], [asOf, seenAt]);
  }
  assert.equal(parseSnapshot({ head: "", quotes: [text], readings: [] }), undefined);
});

Deno.test("parts that arrive complete and in order are one tick; otherwise there is a gap", () => {
  const quote = (symbol: string) => encodeQuote(sampleQuote(symbol, { at }), version);
  const part = (number: number, seq = 3) =>
    parsePart(partText([quote(`T${number}`), `"U${number}"`], { part: number, parts: 3, seq }));
  const whole = createTickAssembly();
  assert.deepEqual([whole(part(1)).kind, whole(part(2)).kind], ["incomplete", "incomplete"]);
  const done = whole(part(3));
  assert.ok(done.kind === "tick");
  assert.deepEqual(done.tick.quotes.map(({ ticker }) => ticker), ["T1", "T2", "T3"]);
  assert.deepEqual(done.tick.unchanged, ["U1", "U2", "U3"]);

  const assemble = createTickAssembly();
  const kinds = [part(1), part(3), part(1), part(2, 4), part(1, 5), part(2, 5), part(3, 5)]
    .map((each) => assemble(each).kind);
  assert.deepEqual(kinds, [
    "incomplete",
    "gap",
    "incomplete",
    "gap",
    "incomplete",
    "incomplete",
    "tick",
  ]);
  const endless = parsePart(partText([], { parts: 1_000 }));
  assert.equal(assemble(endless).kind, "gap");
});

Deno.test("versions before and after the facts of a day understand each other's quotes", () => {
  const quote = sampleQuote("AAPL", { at, day: { open: price("99"), volume: 7 } });
  const members: unknown[] = JSON.parse(encodeQuote(quote, version));
  const { day: _, ...withoutDay } = quote;
  // An earlier version writes nine members, and reads the first nine.
  assert.equal(members.length, 10);
  assert.equal(encodeQuote(withoutDay, version), JSON.stringify(members.slice(0, 9)));
  const parsed = (facts: unknown[]) =>
    parsePart(partText([JSON.stringify([...members.slice(0, 9), ...facts])])).quotes;
  assert.deepEqual(parsed([]), [withoutDay]);
  for (const unreadable of [7, null, [1, 2], [1, 2, 3, -1, 0], ["1", 2, 3, 4, 5]]) {
    assert.deepEqual(parsed([unreadable]), [withoutDay], JSON.stringify(unreadable));
  }
  assert.deepEqual(parsed([[price("99"), 0, 0, 7, 0, "later"], "later"]), [quote]);
});
