import assert from "node:assert/strict";
import { createTurns } from "./keyed_queue.ts";

Deno.test("work under one key never overlaps and keeps its order, other keys do not wait", async () => {
  const turns = createTurns({ waitingMax: 10 });
  const events: string[] = [];
  const gates = new Map<string, PromiseWithResolvers<void>>();
  function start(key: string, name: string) {
    const gate = Promise.withResolvers<void>();
    gates.set(name, gate);
    return turns.take(key, async () => {
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

Deno.test("work that fails lets the next one begin", async () => {
  const turns = createTurns({ waitingMax: 1 });
  const failing = turns.take("a", () => Promise.reject(new Error("failed")));
  const next = turns.take("a", () => Promise.resolve("done"));
  await assert.rejects(failing, { message: "failed" });
  assert.equal(await next, "done");
});

Deno.test("work past the bound is not done, and room comes back", async () => {
  const turns = createTurns({ waitingMax: 1 });
  const gate = Promise.withResolvers<string>();
  const [running, waiting] = [
    turns.take("a", () => gate.promise),
    turns.take("a", () => gate.promise),
  ];
  assert.deepEqual([turns.isFull("a"), turns.isFull("b")], [true, false]);
  const refused = await turns.take("a", () => assert.fail("This work was one too many"));
  assert.equal(refused, undefined);
  gate.resolve("done");
  assert.deepEqual(await Promise.all([running, waiting]), ["done", "done"]);
  assert.equal(turns.isFull("a"), false);
  assert.equal(await turns.take("a", () => Promise.resolve("again")), "again");
});
