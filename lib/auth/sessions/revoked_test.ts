import assert from "node:assert/strict";
import FakeTimers from "@sinonjs/fake-timers";
import { createClock } from "../../clock.ts";
import { createRevokedSessions } from "./revoked.ts";

function createFixture() {
  const timers = FakeTimers.createClock(10_000_000);
  const sinceOfCalls: number[] = [];
  const stored: string[] = [];
  const store = {
    revokedSessions(since: number) {
      sinceOfCalls.push(since);
      return Promise.resolve([...stored]);
    },
  };
  const revoked = createRevokedSessions({ store, clock: createClock(timers) });
  return { revoked, timers, sinceOfCalls, stored };
}

Deno.test("each load adds the sessions that the store revoked in the last 20 minutes", async () => {
  const { revoked, sinceOfCalls, stored } = createFixture();
  stored.push("a");
  await revoked.load();
  assert.deepEqual(sinceOfCalls, [10_000_000 - 20 * 60_000]);
  assert.equal(revoked.has("a"), true);
  assert.equal(revoked.has("b"), false);
  stored.push("b");
  await revoked.load();
  assert.equal(revoked.has("b"), true);
});

Deno.test("a session is removed once all its access tokens have expired", () => {
  const { revoked, timers } = createFixture();
  revoked.add("a");
  timers.tick(10 * 60_000);
  revoked.add("b");
  timers.tick(9 * 60_000);
  revoked.add("a");
  timers.tick(2 * 60_000);
  revoked.add("c");
  assert.deepEqual(["a", "b", "c"].map(revoked.has), [true, true, true]);
  timers.tick(10 * 60_000);
  revoked.add("d");
  assert.deepEqual(["a", "b", "c", "d"].map(revoked.has), [true, false, true, true]);
});

Deno.test("at the bound, a further session replaces the oldest one", () => {
  const { revoked } = createFixture();
  for (let index = 0; index <= 1_000_000; index++) revoked.add(String(index));
  assert.equal(revoked.has("0"), false);
  assert.equal(revoked.has("1"), true);
  assert.equal(revoked.has("1000000"), true);
});
