import fc from "fast-check";
import assert from "node:assert/strict";
import { calendar } from "./calendar.ts";

const { sessionAt, nextChange, lastClose, tradingMs } = calendar;
const hourMs = 3_600_000;

/** As NYSE published them (8 November 2024 and 23 December 2025), and the day of mourning of 9 January 2025. */
const holidays = new Set([
  ...["2025-01-01", "2025-01-09", "2025-01-20", "2025-02-17", "2025-04-18", "2025-05-26"],
  ...["2025-06-19", "2025-07-04", "2025-09-01", "2025-11-27", "2025-12-25"],
  ...["2026-01-01", "2026-01-19", "2026-02-16", "2026-04-03", "2026-05-25", "2026-06-19"],
  ...["2026-07-03", "2026-09-07", "2026-11-26", "2026-12-25"],
  ...["2027-01-01", "2027-01-18", "2027-02-15", "2027-03-26", "2027-05-31", "2027-06-18"],
  ...["2027-07-05", "2027-09-06", "2027-11-25", "2027-12-24"],
]);
const earlyCloses = new Set([
  ...["2025-07-03", "2025-11-28", "2025-12-24"],
  ...["2026-11-27", "2026-12-24"],
  ...["2027-11-26"],
]);
/** Daylight saving time, first and last day: the second Sunday of March to the first of November. */
const summers = [
  ["2025-03-09", "2025-11-02"],
  ["2026-03-08", "2026-11-01"],
  ["2027-03-14", "2027-11-07"],
] as const;

/** New York's wall time, such as "2026-03-11 09:30", by the table of summers alone. */
function newYork(text: string): number {
  const [date = "", time = ""] = text.split(" ");
  const isSummer = summers.some(([first, end]) => date >= first && date < end);
  return Date.parse(`${date}T${time}:00${isSummer ? "-04:00" : "-05:00"}`);
}

function* daysOf(year: number) {
  for (let at = Date.UTC(year, 0, 1); at < Date.UTC(year + 1, 0, 1); at += 24 * hourMs) {
    yield new Date(at).toISOString().slice(0, 10);
  }
}

for (const year of [2025, 2026, 2027]) {
  Deno.test(`every day of ${year} has the sessions that NYSE published`, () => {
    for (const date of daysOf(year)) {
      const isWeekend = [0, 6].includes(new Date(date).getUTCDay());
      const isClosed = isWeekend || holidays.has(date);
      const [close, end] = earlyCloses.has(date) ? ["13:00", "17:00"] : ["16:00", "20:00"];
      const bounds = [
        ["04:00", "pre"],
        ["09:30", "open"],
        [close, "post"],
        [end, "closed"],
      ] as const;
      let before = "closed";
      for (const [time, session] of bounds) {
        const at = newYork(`${date} ${time}`);
        assert.equal(sessionAt(at - 1), isClosed ? "closed" : before, `before ${date} ${time}`);
        assert.equal(sessionAt(at), isClosed ? "closed" : session, `${date} ${time}`);
        before = session;
      }
    }
  });
}

Deno.test("the next change is the next beginning of a session, over nights, weekends and holidays", () => {
  const changes = [
    ["2026-11-25 12:00", "2026-11-25 16:00"],
    ["2026-11-25 16:00", "2026-11-25 20:00"],
    ["2026-11-25 20:00", "2026-11-27 04:00"],
    ["2026-11-27 09:30", "2026-11-27 13:00"],
    ["2026-11-27 13:00", "2026-11-27 17:00"],
    ["2026-11-27 17:00", "2026-11-30 04:00"],
    ["2026-03-06 23:00", "2026-03-09 04:00"],
    ["2027-12-23 20:00", "2027-12-27 04:00"],
  ];
  for (const [now = "", expected = ""] of changes) {
    assert.equal(nextChange(newYork(now)), newYork(expected), now);
  }
});

Deno.test("the last close is the end of the last complete trading day", () => {
  const closes = [
    ["2026-11-28 12:00", "2026-11-27 17:00"],
    ["2026-11-30 10:00", "2026-11-27 17:00"],
    ["2026-11-30 20:00", "2026-11-30 20:00"],
    ["2026-11-02 03:00", "2026-10-30 20:00"],
  ];
  for (const [now = "", expected = ""] of closes) {
    assert.equal(lastClose(newYork(now)), newYork(expected), now);
  }
});

Deno.test("between now and the next change the session stays the same", () => {
  const time = fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2060, 0) });
  fc.assert(
    fc.property(time, (now) => {
      const change = nextChange(now);
      assert.ok(change > now && change - now < 6 * 24 * hourMs);
      assert.equal(sessionAt(change - 1), sessionAt(now));
      assert.notEqual(sessionAt(change), sessionAt(now));
      assert.ok(lastClose(now) <= now && sessionAt(lastClose(now) - 1) === "post");
    }),
    { numRuns: 300 },
  );
});

Deno.test("a full day trades for 16 hours, an early one for 13, a weekend not at all", () => {
  const hours = (from: string, until: string) => tradingMs(newYork(from), newYork(until)) / hourMs;
  assert.equal(hours("2026-03-11 00:00", "2026-03-12 00:00"), 16);
  assert.equal(hours("2026-11-27 00:00", "2026-11-28 00:00"), 13);
  assert.equal(hours("2026-03-06 20:00", "2026-03-09 04:00"), 0);
  assert.equal(hours("2026-03-11 19:00", "2026-03-12 05:30"), 2.5);
  assert.equal(hours("2026-03-11 12:00", "2026-03-11 12:00"), 0);
});

Deno.test("if New Year's Day is a Saturday, the Friday before is a trading day", () => {
  assert.equal(sessionAt(Date.parse("2027-12-31T12:00:00-05:00")), "open");
  assert.equal(sessionAt(Date.parse("2028-07-03T13:00:00-04:00")), "post");
});

Deno.test("a day is a day of New York, an hour shorter or longer when the clocks change", () => {
  const hours = (text: string) => {
    const { from, until } = calendar.dayAt(Date.parse(text));
    assert.ok(from <= Date.parse(text) && Date.parse(text) < until);
    return (until - from) / 3_600_000;
  };
  assert.equal(hours("2026-11-23T04:59:59Z"), 24);
  assert.deepEqual(calendar.dayAt(Date.parse("2026-11-23T05:00:00Z")), {
    from: Date.parse("2026-11-23T05:00:00Z"),
    until: Date.parse("2026-11-24T05:00:00Z"),
  });
  assert.deepEqual([hours("2026-03-08T15:00:00Z"), hours("2026-11-01T15:00:00Z")], [23, 25]);
});
