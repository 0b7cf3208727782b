import assert from "node:assert/strict";
import { isStale } from "./staleness.ts";

const now = 1_700_000_000_000;

Deno.test("a price is stale once more than two cadences passed since it was read", () => {
  const read = (agoMs: number, cadenceMs: number) =>
    isStale({ session: "open", seenAt: now - agoMs }, { now, cadenceMs });
  assert.equal(read(0, 5_000), false);
  assert.equal(read(10_000, 5_000), false);
  assert.equal(read(10_001, 5_000), true);
  assert.equal(read(10_001, 30_000), false);
  assert.equal(read(60_001, 30_000), true);
});

Deno.test("before and after hours a price ages as well, but never while its market is closed", () => {
  const old = { now, cadenceMs: 5_000 };
  const seenAt = now - 86_400_000;
  assert.equal(isStale({ session: "pre", seenAt }, old), true);
  assert.equal(isStale({ session: "post", seenAt }, old), true);
  assert.equal(isStale({ session: "closed", seenAt }, old), false);
});

Deno.test("a price read by a clock that runs ahead is fresh", () => {
  assert.equal(
    isStale({ session: "open", seenAt: now + 60_000 }, { now, cadenceMs: 5_000 }),
    false,
  );
});
