import fc from "fast-check";
import assert from "node:assert/strict";
import {
  compareVersions,
  formatPrice,
  isStale,
  parsePrice,
  parseTicker,
  priceMax,
} from "./quote.ts";

Deno.test("a ticker is read in any case, in any width and with blanks around it", () => {
  assert.equal(parseTicker(" aapl\n"), "AAPL");
  assert.equal(parseTicker("ＭＳＦＴ"), "MSFT");
  assert.equal(parseTicker("brk.b"), "BRK.B");
  assert.equal(parseTicker("0700-hk"), "0700-HK");
  for (const text of ["^GSPC", "BTC-USD", "EURUSD=X", "VOD.L", "7203.T", "ABCDEFGHIJKLMNOPQRST"]) {
    assert.equal(parseTicker(text.toLowerCase()), text);
  }
});

Deno.test("a text that is not a ticker is not read as one", () => {
  const others = [
    "",
    " ",
    ".A",
    "-A",
    "A B",
    "A/B",
    "ABCDEFGHIJKLMNOPQRSTU",
    "=A",
    "ÄPFEL",
    "A\0",
    "A,B",
  ];
  for (const text of [...others, "A".repeat(1_000_000), null, undefined, 1, ["AAPL"]]) {
    assert.equal(parseTicker(text), undefined, String(text).slice(0, 20));
  }
});

Deno.test("a ticker read once is read the same again", () => {
  fc.assert(fc.property(fc.string({ maxLength: 20 }), (text) => {
    const ticker = parseTicker(text);
    if (ticker !== undefined) {
      assert.match(ticker, /^[A-Z0-9^][A-Z0-9.\-=^]{0,19}$/);
      assert.equal(parseTicker(ticker), ticker);
    }
  }));
});

Deno.test("a price is kept in ten-thousandths, rounded half to even", () => {
  const cases: Record<string, number> = {
    "190.1": 1_901_000,
    "190": 1_900_000,
    "0.0001": 1,
    "1.00005": 10_000,
    "1.00015": 10_002,
    "1.000050000000000001": 10_001,
    "1.00004999999999999999": 10_000,
    "2.5e2": 2_500_000,
    "25e-1": 25_000,
    "1E+1": 100_000,
    "0.00005000001": 1,
    "0010.50": 105_000,
    "10000000": 100_000_000_000,
    "0.1e-3": 1,
    "999e-7": 1,
  };
  for (const [text, price] of Object.entries(cases)) assert.equal(parsePrice(text), price, text);
});

Deno.test("absurd prices and texts that are not numbers are not prices", () => {
  for (
    const text of [
      "",
      "abc",
      "1,000",
      "NaN",
      "Infinity",
      "-1",
      "-0.0",
      "0",
      "0.0000",
      "0.00005",
      "1e-300",
      "10000000.0001",
      "1e30",
      "1e999",
      ".5",
      "5.",
      " 5",
      "0x10",
      "1e",
      "9".repeat(100),
    ]
  ) {
    assert.equal(parsePrice(text), undefined, text);
  }
});

Deno.test("a price has two to four decimals as text", () => {
  const cases: Record<number, string> = {
    1: "0.0001",
    12_345: "1.2345",
    12_340: "1.234",
    12_300: "1.23",
    12_000: "1.20",
    1_901_000: "190.10",
    1_900_000: "190.00",
    100_000_000_000: "10000000.00",
  };
  for (const [scaled, text] of Object.entries(cases)) {
    const price = parsePrice(text);
    assert.equal(price, Number(scaled));
    assert.equal(formatPrice(price!), text);
  }
});

Deno.test("a price written as text and read again is the same price", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: priceMax }), (scaled) => {
    const digits = String(scaled).padStart(5, "0");
    const price = parsePrice(`${digits.slice(0, -4)}.${digits.slice(-4)}`);
    assert.equal(price, scaled);
    assert.equal(parsePrice(formatPrice(price!)), scaled);
  }));
});

Deno.test("any decimal text rounds to the nearest ten-thousandth, an exact half to the even one", () => {
  const decimal = fc.tuple(fc.integer({ min: 1, max: 9_999_999 }), fc.nat(99_999_999));
  fc.assert(fc.property(decimal, ([whole, eighths]) => {
    const text = `${whole}.${String(eighths).padStart(8, "0")}`;
    const exact = BigInt(whole) * 10n ** 8n + BigInt(eighths);
    const [below, rest] = [exact / 10_000n, exact % 10_000n];
    const roundsUp = rest > 5_000n || (rest === 5_000n && below % 2n === 1n);
    assert.equal(parsePrice(text), Number(below + (roundsUp ? 1n : 0n)));
  }));
});

Deno.test("versions are ordered by epoch, then by sequence", () => {
  assert.ok(compareVersions({ epoch: 1, seq: 9 }, { epoch: 2, seq: 0 }) < 0);
  assert.ok(compareVersions({ epoch: 2, seq: 1 }, { epoch: 2, seq: 0 }) > 0);
  assert.equal(compareVersions({ epoch: 2, seq: 1 }, { epoch: 2, seq: 1 }), 0);
});

const nowMs = 1_700_000_000_000;

Deno.test("a price is stale if it was read more than two cadences ago", () => {
  const read = (agoMs: number, cadenceMs: number) =>
    isStale({ session: "open", seenAt: nowMs - agoMs }, { now: nowMs, cadenceMs });
  assert.equal(read(0, 5_000), false);
  assert.equal(read(10_000, 5_000), false);
  assert.equal(read(10_001, 5_000), true);
  assert.equal(read(10_001, 30_000), false);
  assert.equal(read(60_001, 30_000), true);
});

Deno.test("a price becomes stale before and after hours too, but not while its market is closed", () => {
  const old = { now: nowMs, cadenceMs: 5_000 };
  const seenAt = nowMs - 86_400_000;
  assert.equal(isStale({ session: "pre", seenAt }, old), true);
  assert.equal(isStale({ session: "post", seenAt }, old), true);
  assert.equal(isStale({ session: "closed", seenAt }, old), false);
});

Deno.test("a price read by a clock that runs ahead is fresh", () => {
  assert.equal(
    isStale({ session: "open", seenAt: nowMs + 60_000 }, { now: nowMs, cadenceMs: 5_000 }),
    false,
  );
});
