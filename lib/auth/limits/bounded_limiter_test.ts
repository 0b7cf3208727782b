import assert from "node:assert/strict";
import { createBoundedLimiter } from "./bounded_limiter.ts";

const options = { eventsMax: 2, spanSeconds: 60 };

Deno.test("a key waits once its events are used up, other keys do not", async () => {
  const limiter = createBoundedLimiter(options);
  assert.equal((await limiter.count("a")).counted, 1);
  assert.equal(await limiter.waitMs("a"), 0);
  const { counted, forgottenInMs } = await limiter.count("a");
  assert.equal(counted, 2);
  assert.ok(forgottenInMs > 0 && forgottenInMs <= 60_000);
  assert.ok(await limiter.waitMs("a") > 0);
  assert.equal(await limiter.waitMs("b"), 0);
  await limiter.forget("a");
  assert.equal(await limiter.waitMs("a"), 0);
});

Deno.test("what was given back does not count and takes no room", async () => {
  const limiter = createBoundedLimiter({ ...options, keysMax: 1 });
  await limiter.count("a");
  await limiter.count("a");
  for (const key of ["b", "c"]) {
    // One key alone fits: had "b" stayed, "c" would be the second.
    await limiter.forget("a");
    await limiter.count("a");
    await limiter.count(key);
    await limiter.giveBack(key);
  }
  await limiter.count("a");
  await limiter.giveBack("a");
  await limiter.giveBack("a");
  assert.equal((await limiter.count("a")).counted, 1);
});

Deno.test("of more keys than there is room for, the one counted longest ago is forgotten", async () => {
  const limiter = createBoundedLimiter({ ...options, keysMax: 3 });
  for (const key of ["a", "a", "b", "b", "c", "c"]) await limiter.count(key);
  await limiter.count("d");
  const waits = await Promise.all(["a", "b", "c", "d"].map((key) => limiter.waitMs(key)));
  assert.deepEqual(waits.map((waitMs) => waitMs > 0), [false, true, true, false]);
});
