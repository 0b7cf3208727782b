import assert from "node:assert/strict";
import FakeTimers from "@sinonjs/fake-timers";
import { createClock } from "../../clock.ts";
import { createRevokedSessions } from "./revoked.ts";

function createFixture() {
  const timers = FakeTimers.createClock(10_000_000);
  const asked: number[] = [];
  const known: string[] = [];
  const store = {
    revokedSessions(since: number) {
      asked.push(since);
      return Promise.resolve([...known]);
    },
  };
  const revoked = createRevokedSessions({ store, clock: createClock(timers) });
  return { revoked, timers, asked, known };
}

Deno.test("the store's sign-outs of the last 20 minutes are known after loading, and again after the next", async () => {
  const { revoked, asked, known } = createFixture();
  known.push("a");
  await revoked.load();
  assert.deepEqual(asked, [10_000_000 - 20 * 60_000]);
  assert.equal(revoked.has("a"), true);
  assert.equal(revoked.has("b"), false);
  known.push("b");
  await revoked.load();
  assert.equal(revoked.has("b"), true);
});

Deno.test("a session is forgotten once no access token of it can be left", () => {
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

Deno.test("at the bound the oldest goes", () => {
  const { revoked } = createFixture();
  for (let index = 0; index <= 1_000_000; index++) revoked.add(String(index));
  assert.equal(revoked.has("0"), false);
  assert.equal(revoked.has("1"), true);
  assert.equal(revoked.has("1000000"), true);
});
