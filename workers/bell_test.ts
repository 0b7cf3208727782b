import FakeTimers from "@sinonjs/fake-timers";
import assert from "node:assert/strict";
import { createClock } from "../lib/clock.ts";
import { createBell } from "./bell.ts";

Deno.test("a sleep ends by itself, at a ring, or when it is aborted", async () => {
  const timers = FakeTimers.createClock();
  const bell = createBell(createClock(timers));
  const { signal } = new AbortController();
  const wakers: [string, () => unknown][] = [
    ["time", () => timers.tick(100)],
    ["ring", () => bell.ring()],
  ];
  for (const [, wake] of wakers) {
    const sleeping = bell.sleep(100, signal);
    wake();
    await sleeping;
  }
  await bell.sleep(100, AbortSignal.abort());
  assert.equal(timers.countTimers(), 0);
});
