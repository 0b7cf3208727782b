import assert from "node:assert/strict";
import { parseRetryAfterMs, retryAfterMaxMs } from "./retry_after.ts";

const now = Date.parse("2026-03-11T14:30:00Z");

Deno.test("Retry-After is read as seconds or as a date; anything else counts as absent", () => {
  const cases: [string | null, number | undefined][] = [
    ["7", 7_000],
    [" 0 ", 0],
    ["Wed, 11 Mar 2026 14:30:20 GMT", 20_000],
    ["Wed, 11 Mar 2026 14:00:00 GMT", 0],
    ["soon", undefined],
    ["", undefined],
    [null, undefined],
  ];
  for (const [header, expected] of cases) assert.equal(parseRetryAfterMs(header, now), expected);
});

Deno.test("a wait is never longer than the bound", () => {
  for (const header of ["99999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"]) {
    assert.equal(parseRetryAfterMs(header, now), retryAfterMaxMs);
  }
});
