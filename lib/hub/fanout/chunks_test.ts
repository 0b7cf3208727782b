import FakeTimers from "@sinonjs/fake-timers";
import assert from "node:assert/strict";
import { createClock } from "../../clock.ts";
import { chunkSize, visitInChunks } from "./chunks.ts";

Deno.test("a long loop visits every item, and pauses after each chunk", async () => {
  const timers = FakeTimers.createClock();
  const items = Array.from({ length: 2 * chunkSize + 1 }, (_, index) => index);
  const visited: number[] = [];
  const done = visitInChunks(items, {
    clock: createClock(timers),
    visit: (item) => visited.push(item),
  });
  assert.equal(visited.length, chunkSize);
  await timers.nextAsync();
  assert.equal(visited.length, 2 * chunkSize);
  await timers.nextAsync();
  await done;
  assert.deepEqual(visited, items);
});

Deno.test("an item that is removed during a pause is not visited", async () => {
  const timers = FakeTimers.createClock();
  const items = new Set(Array.from({ length: chunkSize + 1 }, (_, index) => index));
  const visited: number[] = [];
  const done = visitInChunks(items, {
    clock: createClock(timers),
    visit: (item) => visited.push(item),
  });
  items.delete(chunkSize);
  await timers.nextAsync();
  await done;
  assert.equal(visited.length, chunkSize);
});
