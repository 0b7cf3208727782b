import assert from "node:assert/strict";
import { createFairQueue } from "./fair_queue.ts";

Deno.test("one job runs at a time, and the keys take turns", async () => {
  const { add, finishAll, ended } = createFixture({ waitingMax: 20, waitingPerKeyMax: 10 });
  for (const name of ["a1", "a2", "a3", "b1", "b2", "c1"]) add(name);
  await finishAll();
  assert.deepEqual(ended, ["a1", "b1", "c1", "a2", "b2", "a3"]);
});

Deno.test("a newcomer runs right after the present job, whatever waits for the present job's key", async () => {
  const { add, finishAll, ended } = createFixture({ waitingMax: 300, waitingPerKeyMax: 300 });
  for (let number = 0; number < 200; number++) add(`a${number}`);
  add("victim");
  await finishAll();
  assert.deepEqual([ended.indexOf("a0"), ended.indexOf("victim"), ended.length], [0, 1, 201]);
});

Deno.test("a key past its own bound is refused, and other keys are accepted", async () => {
  const { add, finishAll, ended, refused, queue } = createFixture({
    waitingMax: 10,
    waitingPerKeyMax: 2,
  });
  for (const name of ["a1", "a2", "a3"]) add(name);
  assert.deepEqual([queue.isFull("a"), queue.isFull("b")], [true, false]);
  for (const name of ["a4", "b1"]) add(name);
  await finishAll();
  assert.deepEqual([ended, refused], [["a1", "b1", "a2", "a3"], ["a4"]]);
  assert.equal(queue.isFull("a"), false);
});

Deno.test("in a full queue a newcomer takes the place of the newest job of the key that fills it", async () => {
  const { add, finishAll, ended, refused } = createFixture({ waitingMax: 4, waitingPerKeyMax: 4 });
  for (const name of ["a1", "a2", "a3", "a4", "a5", "b1", "b2"]) add(name);
  await finishAll();
  assert.deepEqual(refused.toSorted(), ["a4", "a5"]);
  assert.deepEqual(ended, ["a1", "b1", "a2", "b2", "a3"]);
});

Deno.test("in a queue that no key fills alone, the newcomer is refused", async () => {
  const { add, finishAll, ended, refused, queue } = createFixture({
    waitingMax: 3,
    waitingPerKeyMax: 3,
  });
  for (const name of ["a1", "b1", "c1", "d1"]) add(name);
  assert.deepEqual(["a", "e"].map((key) => queue.isFull(key)), [true, true]);
  add("e1");
  await finishAll();
  assert.deepEqual([ended, refused], [["a1", "b1", "c1", "d1"], ["e1"]]);
});

Deno.test("after a job that failed, the next one runs", async () => {
  const queue = createFairQueue({ waitingMax: 1, waitingPerKeyMax: 1 });
  const failing = queue.run("a", () => Promise.reject(new Error("failed")));
  const next = queue.run("a", () => Promise.resolve("done"));
  await assert.rejects(failing, { message: "failed" });
  assert.equal(await next, "done");
  assert.equal(await queue.run("a", () => Promise.resolve("again")), "again");
});

/** Jobs that end when the test says so. The key of a job is the letter at the start of its name. */
function createFixture(options: { waitingMax: number; waitingPerKeyMax: number }) {
  const queue = createFairQueue(options);
  const [ended, refused]: [string[], string[]] = [[], []];
  const running: (() => void)[] = [];
  const all: Promise<void>[] = [];
  function add(name: string) {
    const outcome = queue.run(name.slice(0, 1), () => {
      assert.equal(running.length, 0, "One job runs at a time");
      return new Promise<string>((resolve) => running.push(() => resolve(name)));
    });
    all.push(outcome.then((done) => void (done ? ended : refused).push(name)));
  }
  async function finishAll() {
    let isDone = false;
    void Promise.all(all).then(() => isDone = true);
    for (; !isDone; await new Promise((resolve) => setTimeout(resolve))) running.shift()?.();
  }
  return { queue, add, finishAll, ended, refused };
}
