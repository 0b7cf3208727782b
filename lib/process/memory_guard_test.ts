import FakeTimers from "@sinonjs/fake-timers";
import assert from "node:assert/strict";
import { createClock } from "../clock.ts";
import { createMemoryGuard, lookMs } from "./memory_guard.ts";

function start(maxBytes: number) {
  const timers = FakeTimers.createClock(1_000_000);
  const lines: string[] = [];
  const events: string[] = [];
  let rss = 0;
  const write = (_: unknown, text: string) => void lines.push(text);
  const guard = createMemoryGuard({
    maxBytes,
    clock: createClock(timers),
    log: { warn: write, error: write, info: write } as never,
    onShort: () => void events.push("short"),
    onFull: () => void events.push("full"),
    rssBytes: () => rss,
  });
  return {
    guard,
    lines,
    events,
    timers,
    use(bytes: number) {
      rss = bytes;
      timers.tick(lookMs);
    },
  };
}

Deno.test("from 80 % on memory is short, until it is below 75 %", () => {
  const { guard, events, use } = start(1_000);
  use(799);
  assert.equal(guard.isShort(), false);
  use(800);
  assert.equal(guard.isShort(), true);
  use(760);
  use(900);
  assert.deepEqual([guard.isShort(), events], [true, ["short"]]);
  use(749);
  assert.equal(guard.isShort(), false);
  use(800);
  assert.deepEqual(events, ["short", "short"]);
});

Deno.test("at 100 % the process is to end, once, with a line that says why", () => {
  const { guard, events, lines, use } = start(1_000);
  use(1_000);
  use(2_000);
  assert.deepEqual([events, guard.isShort()], [["full"], true]);
  assert.equal(lines.length, 1);
  assert.match(lines[0]!, /^Memory is full/);
});
