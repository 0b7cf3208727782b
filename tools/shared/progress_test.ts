import assert from "node:assert/strict";
import FakeTimers from "@sinonjs/fake-timers";
import { createClock } from "../../lib/clock.ts";
import { createProgress } from "./progress.ts";

function fixture(isTerminal: boolean) {
  const timers = FakeTimers.createClock(1_000);
  const written: string[] = [];
  const progress = createProgress({
    total: 1_000,
    clock: createClock(timers),
    isTerminal,
    write: (text) => void written.push(text),
  });
  return { timers, written, progress };
}

Deno.test("on a terminal one line is redrawn at most five times a second, and cleared at the end", () => {
  const { timers, written, progress } = fixture(true);
  for (let done = 0; done <= 1_000; done++) {
    progress.at(done, `${done} users`);
    timers.tick(1);
  }
  assert.equal(written.length, 6);
  assert.equal(written[1], "\r[#####...................]  20 %  200 users, 1 s left\x1b[K");
  assert.equal(written.at(-1), "\r[########################] 100 %  1000 users, 0 s left\x1b[K");
  progress.end();
  assert.equal(written.at(-1), "\r\x1b[K");
});

Deno.test("elsewhere a plain line is written every ten seconds, and nothing for a short task", () => {
  const { timers, written, progress } = fixture(false);
  progress.at(10, "10 users");
  timers.tick(10_000);
  progress.at(100, "100 users");
  progress.at(101, "101 users");
  timers.tick(10_000);
  progress.at(250, "250 users");
  progress.end();
  assert.deepEqual(written, [
    "10 %: 100 users, 1 min 30 s left\n",
    "25 %: 250 users, 1 min 0 s left\n",
  ]);
});
