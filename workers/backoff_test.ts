import assert from "node:assert/strict";
import { createBackoff } from "./backoff.ts";

const mark = Date.UTC(2026, 2, 11, 14, 30);

Deno.test("pauses double from the failed mark on and never pass 30 seconds", () => {
  const backoff = createBackoff(5_000);
  let at = mark;
  const pauses = Array.from({ length: 8 }, () => {
    backoff.failed({ startedAt: at + 3, now: at + 900, retryAfterMs: 0 });
    const failedAt = at;
    while (backoff.isWaiting(at)) at += 5_000;
    return at - failedAt;
  });
  assert.deepEqual(pauses.slice(0, 4), [5_000, 10_000, 20_000, 30_000]);
  assert.ok(pauses.slice(4).every((pause) => pause === 30_000));
});

Deno.test("a cadence that does not divide 30 seconds stays below them all the same", () => {
  const backoff = createBackoff(20_000);
  for (let tries = 0; tries < 5; tries++) {
    backoff.failed({ startedAt: mark, now: mark, retryAfterMs: 0 });
  }
  assert.equal(backoff.isWaiting(mark + 20_000), false);
});

Deno.test("after a success the first pause is short again", () => {
  const backoff = createBackoff(5_000);
  for (let tries = 0; tries < 4; tries++) {
    backoff.failed({ startedAt: mark, now: mark, retryAfterMs: 0 });
  }
  backoff.succeeded();
  backoff.failed({ startedAt: mark + 60_000, now: mark + 60_100, retryAfterMs: 0 });
  assert.equal(backoff.isWaiting(mark + 65_000), false);
});

Deno.test("a provider's Retry-After counts from its answer and outlasts our own pause", () => {
  const backoff = createBackoff(5_000);
  backoff.failed({ startedAt: mark, now: mark + 200, retryAfterMs: 45_000 });
  assert.equal(backoff.isWaiting(mark + 45_000), true);
  assert.equal(backoff.isWaiting(mark + 45_200), false);
});
