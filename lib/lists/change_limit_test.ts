import assert from "node:assert/strict";
import FakeTimers from "@sinonjs/fake-timers";
import { createClock } from "../clock.ts";
import { Problem } from "../errors.ts";
import { changesAtOnceMax, createChangeLimit } from "./change_limit.ts";

Deno.test("a user may fill a list at once; then a change is refused, with the time until the next one; other users may go on", () => {
  const { take } = createFixture();
  for (let changes = 0; changes < changesAtOnceMax; changes++) assert.equal(take("anna"), "ok");
  assert.equal(take("anna"), "429 after 1 s");
  assert.equal(take("bob"), "ok");
});

Deno.test("after the first changes, a user may make 5 a second, and after a pause all of them again", () => {
  const { take, timers } = createFixture();
  for (let changes = 0; changes < changesAtOnceMax; changes++) take("anna");
  timers.tick(1_000);
  const outcomes = Array.from({ length: 6 }, () => take("anna"));
  assert.deepEqual(outcomes, [...Array(5).fill("ok"), "429 after 1 s"]);
  timers.tick(3_600_000);
  for (let changes = 0; changes < changesAtOnceMax; changes++) assert.equal(take("anna"), "ok");
  assert.equal(take("anna"), "429 after 1 s");
});

Deno.test("refused changes do not count", () => {
  const { take, timers } = createFixture();
  for (let changes = 0; changes < 10 * changesAtOnceMax; changes++) take("anna");
  timers.tick(200);
  assert.deepEqual([take("anna"), take("anna")], ["ok", "429 after 1 s"]);
});

Deno.test("a change that was given back does not count", () => {
  const { take, giveBack } = createFixture();
  for (let changes = 0; changes < 2 * changesAtOnceMax; changes++) {
    assert.equal(take("anna"), "ok");
    giveBack("anna");
  }
  for (let changes = 0; changes < changesAtOnceMax; changes++) assert.equal(take("anna"), "ok");
  assert.equal(take("anna"), "429 after 1 s");
});

function createFixture() {
  const timers = FakeTimers.createClock(1_000);
  const limit = createChangeLimit({ clock: createClock(timers) });
  function take(userId: string): string {
    try {
      limit.take(userId);
      return "ok";
    } catch (error) {
      assert.ok(error instanceof Problem && error.code === "rate_limited");
      return `${error.status} after ${error.headers["Retry-After"]} s`;
    }
  }
  return { take, giveBack: limit.giveBack, timers };
}
