import FakeTimers from "@sinonjs/fake-timers";
import assert from "node:assert/strict";
import { createClock } from "../clock.ts";
import { chunkSize, visitInChunks } from "./chunks.ts";

Deno.test("a long loop visits all, and gives way after each chunk", async () => {
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

Deno.test("a loop of one chunk is done within the call", () => {
  let visited = 0;
  const items = new Array(chunkSize).fill(0);
  void visitInChunks(items, { clock: createClock(), visit: () => visited++ });
  assert.equal(visited, chunkSize);
});
