import assert from "node:assert/strict";
import { createKeyedQueue } from "./keyed_queue.ts";

Deno.test("jobs with one key run in order and one at a time; jobs with other keys do not wait for them", async () => {
  const queue = createKeyedQueue({ waitingMax: 10 });
  const events: string[] = [];
  const gates = new Map<string, PromiseWithResolvers<void>>();
  function start(key: string, name: string) {
    const gate = Promise.withResolvers<void>();
    gates.set(name, gate);
    return queue.run(key, async () => {
      events.push(`${name} begins`);
      await gate.promise;
      events.push(`${name} ends`);
    });
  }
  const [first, second, other] = [start("a", "first"), start("a", "second"), start("b", "other")];
  gates.get("other")!.resolve();
  await other;
  assert.deepEqual(events, ["first begins", "other begins", "other ends"]);
  gates.get("second")!.resolve();
  gates.get("first")!.resolve();
  await Promise.all([first, second]);
  assert.deepEqual(events.slice(3), ["first ends", "second begins", "second ends"]);
});

Deno.test("after a job that failed, the next one runs", async () => {
  const queue = createKeyedQueue({ waitingMax: 1 });
  const failing = queue.run("a", () => Promise.reject(new Error("failed")));
  const next = queue.run("a", () => Promise.resolve("done"));
  await assert.rejects(failing, { message: "failed" });
  assert.equal(await next, "done");
});

Deno.test("a job beyond the bound is not run; once a job has ended, jobs are accepted again", async () => {
  const queue = createKeyedQueue({ waitingMax: 1 });
  const gate = Promise.withResolvers<string>();
  const [running, waiting] = [
    queue.run("a", () => gate.promise),
    queue.run("a", () => gate.promise),
  ];
  assert.deepEqual([queue.isFull("a"), queue.isFull("b")], [true, false]);
  const refused = await queue.run("a", () => assert.fail("This job was beyond the bound"));
  assert.equal(refused, undefined);
  gate.resolve("done");
  assert.deepEqual(await Promise.all([running, waiting]), ["done", "done"]);
  assert.equal(queue.isFull("a"), false);
  assert.equal(await queue.run("a", () => Promise.resolve("again")), "again");
});
