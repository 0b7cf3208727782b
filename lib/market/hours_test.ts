import fc from "fast-check";
import assert from "node:assert/strict";
import { calendar } from "./calendar.ts";
import type { Market } from "../quote.ts";
import { hoursOf, marketsAt, tradingMsOf } from "./hours.ts";

const at = (text: string) => Date.parse(text);

function assertSessions(market: Market, sessions: Record<string, "open" | "closed">) {
  for (const [time, session] of Object.entries(sessions)) {
    assert.equal(hoursOf(market).sessionAt(at(time)), session, time);
  }
}

Deno.test("US shares follow the exchange calendar", () => {
  assert.equal(hoursOf("us"), calendar);
});

Deno.test("crypto never closes", () => {
  const { sessionAt, nextChange, lastClose } = hoursOf("crypto");
  const christmas = at("2026-12-25T12:00:00Z");
  assert.equal(sessionAt(christmas), "open");
  assert.equal(nextChange(christmas), Infinity);
  assert.equal(lastClose(christmas), -Infinity);
});

Deno.test("currencies trade from Sunday 17:00 to Friday 17:00 in New York, in summer and in winter", () => {
  assertSessions("fx", {
    "2026-01-11T16:59:59-05:00": "closed",
    "2026-01-11T17:00:00-05:00": "open",
    "2026-01-16T16:59:59-05:00": "open",
    "2026-01-16T17:00:00-05:00": "closed",
    "2026-07-12T16:59:59-04:00": "closed",
    "2026-07-12T17:00:00-04:00": "open",
    "2026-07-17T16:59:59-04:00": "open",
    "2026-07-17T17:00:00-04:00": "closed",
    "2026-07-18T12:00:00-04:00": "closed",
  });
  const { nextChange, lastClose } = hoursOf("fx");
  // Clocks change in the night to Sunday 8 March.
  assert.equal(nextChange(at("2026-03-07T12:00:00-05:00")), at("2026-03-08T17:00:00-04:00"));
  assert.equal(lastClose(at("2026-03-08T12:00:00-04:00")), at("2026-03-06T17:00:00-05:00"));
});

Deno.test("other exchanges are read around the clock on weekdays", () => {
  assertSessions("other", {
    "2026-01-11T23:59:59Z": "closed",
    "2026-01-12T00:00:00Z": "open",
    "2026-01-16T23:59:59Z": "open",
    "2026-01-17T00:00:00Z": "closed",
  });
});

Deno.test("the next change is the first time with another session, and the last close is not later than now", () => {
  const day = fc.integer({ min: at("2020-01-01"), max: at("2030-01-01") });
  for (const market of ["fx", "other"] as const) {
    const { sessionAt, nextChange, lastClose } = hoursOf(market);
    fc.assert(fc.property(day, (now) => {
      const next = nextChange(now);
      assert.ok(next > now);
      assert.equal(sessionAt(next - 1), sessionAt(now));
      assert.notEqual(sessionAt(next), sessionAt(now));
      assert.ok(lastClose(now) <= now);
      assert.equal(sessionAt(lastClose(now)), "closed");
    }));
  }
});

Deno.test("all markets at one time: on a Saturday only crypto trades, each other one is closed since its own close", () => {
  const saturday = marketsAt(at("2026-03-14T12:00:00-04:00"));
  const markets = ["us", "crypto", "fx", "other"] as const;
  assert.deepEqual(markets.map(saturday.sessionOf), ["closed", "open", "closed", "closed"]);
  assert.deepEqual(markets.map(saturday.closedSince), [
    at("2026-03-13T20:00:00-04:00"),
    undefined,
    at("2026-03-13T17:00:00-04:00"),
    at("2026-03-14T00:00:00Z"),
  ]);
  assert.equal(saturday.isAnyClosed, true);
  assert.equal(marketsAt(at("2026-03-11T12:00:00-04:00")).isAnyClosed, false);
});

Deno.test("a day's polling time is that of the longest market among those traded", () => {
  const hourMs = 3_600_000;
  const [saturday, sunday] = [at("2026-03-14T00:00:00Z"), at("2026-03-15T00:00:00Z")];
  const monday = sunday + 24 * hourMs;
  assert.equal(tradingMsOf(["us", "fx", "other"], saturday, sunday), 0);
  assert.equal(tradingMsOf(["us", "crypto"], saturday, sunday), 24 * hourMs);
  // Currencies open on Sunday at 21:00 UTC, in summer.
  assert.equal(tradingMsOf(["us", "fx"], sunday, monday), 3 * hourMs);
  assert.equal(tradingMsOf(["us"], monday, monday + 24 * hourMs), 16 * hourMs);
  assert.equal(tradingMsOf(["us", "other"], monday, monday + 24 * hourMs), 24 * hourMs);
  assert.equal(tradingMsOf([], monday, monday + 24 * hourMs), 0);
});
