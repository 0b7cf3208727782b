import FakeTimers from "@sinonjs/fake-timers";
import assert from "node:assert/strict";
import { createClock } from "./clock.ts";
import { within } from "./deadline.ts";

Deno.test("an answer in time passes, a late one is an error that names the call", async () => {
  const timers = FakeTimers.createClock();
  const deadline = { clock: createClock(timers), ms: 100, what: "Asking" };
  assert.equal(await within(Promise.resolve(7), deadline), 7);
  await assert.rejects(within(Promise.reject(new Error("No.")), deadline), /No\./);
  const late = assert.rejects(within(new Promise(() => {}), deadline), /Asking took over 100 ms/);
  await timers.tickAsync(100);
  await late;
  assert.equal(timers.countTimers(), 0, "no timer is left behind");
});

Deno.test("time in which our own event loop was blocked does not count against the other side", async () => {
  const clock = createClock();
  const answer = new Promise((resolve) => setTimeout(resolve, 120, "here"));
  const asked = within(answer, { clock, ms: 100, what: "Asking" });
  // Both timers are due when the loop goes on, the deadline's first.
  const until = Date.now() + 150;
  while (Date.now() < until);
  assert.equal(await asked, "here");
});
