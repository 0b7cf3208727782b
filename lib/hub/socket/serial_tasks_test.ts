import assert from "node:assert/strict";
import { SerialTasks } from "./serial_tasks.ts";

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

Deno.test("tasks run one after another, and within the call if none is under way", async () => {
  const tasks = new SerialTasks(() => assert.fail("No task fails here."));
  const done: string[] = [];
  const slow = Promise.withResolvers<void>();
  tasks.add(() => void done.push("first"));
  assert.deepEqual(done, ["first"]);
  tasks.add(() => slow.promise.then(() => void done.push("slow")));
  tasks.add(() => void done.push("last"));
  assert.equal(tasks.waitingCount, 1);
  await settle();
  assert.deepEqual(done, ["first"]);
  slow.resolve();
  await settle();
  assert.deepEqual(done, ["first", "slow", "last"]);
});

Deno.test("a failing task is reported, and the next one runs", async () => {
  const failures: unknown[] = [];
  const tasks = new SerialTasks((error) => failures.push(error));
  let ran = 0;
  tasks.add(() => Promise.reject("later"));
  tasks.add(() => {
    throw "now";
  });
  tasks.add(() => void ran++);
  await settle();
  assert.deepEqual(failures, ["later", "now"]);
  assert.equal(ran, 1);
});

Deno.test("dropped tasks never run", async () => {
  const tasks = new SerialTasks(() => {});
  const slow = Promise.withResolvers<void>();
  let ran = 0;
  tasks.add(() => slow.promise);
  tasks.add(() => void ran++);
  tasks.drop();
  slow.resolve();
  await settle();
  assert.equal(ran, 0);
});
