import assert from "node:assert/strict";
import { createBoundedLimiter } from "./bounded_limiter.ts";

const options = { eventsMax: 2, spanSeconds: 60 };

Deno.test("a key must wait once it has reached the maximum of events, other keys need not", async () => {
  const limiter = createBoundedLimiter(options);
  assert.equal((await limiter.count("a")).events, 1);
  assert.equal(await limiter.waitMs("a"), 0);
  const { events, resetInMs } = await limiter.count("a");
  assert.equal(events, 2);
  assert.ok(resetInMs > 0 && resetInMs <= 60_000);
  assert.ok(await limiter.waitMs("a") > 0);
  assert.equal(await limiter.waitMs("b"), 0);
  await limiter.reset("a");
  assert.equal(await limiter.waitMs("a"), 0);
});

Deno.test("an event that is uncounted again does not count, and its key is not stored", async () => {
  const limiter = createBoundedLimiter({ ...options, keysMax: 1 });
  await limiter.count("a");
  await limiter.count("a");
  for (const key of ["b", "c"]) {
    // The limiter stores only one key at a time.
    await limiter.reset("a");
    await limiter.count("a");
    await limiter.count(key);
    await limiter.uncount(key);
  }
  await limiter.count("a");
  await limiter.uncount("a");
  await limiter.uncount("a");
  assert.equal((await limiter.count("a")).events, 1);
});

Deno.test("at the maximum of keys, a further key replaces the one whose span began first", async () => {
  const limiter = createBoundedLimiter({ ...options, keysMax: 3 });
  for (const key of ["a", "a", "b", "b", "c", "c"]) await limiter.count(key);
  await limiter.count("d");
  const waits = await Promise.all(["a", "b", "c", "d"].map((key) => limiter.waitMs(key)));
  assert.deepEqual(waits.map((waitMs) => waitMs > 0), [false, true, true, false]);
});
