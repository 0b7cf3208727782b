import assert from "node:assert/strict";
import { createClosing } from "./closing.ts";

Deno.test("all work ends at once, then resources are closed, the last created first", async () => {
  const closing = createClosing();
  const order: string[] = [];
  const record = (text: string) => void order.push(text);
  closing.add({ close: () => record("store") });
  closing.add({ close: () => record("bus") });
  const slow = Promise.withResolvers<void>();
  closing.addWork(() => slow.promise.then(() => record("hub")));
  closing.addWork(async () => {
    await Promise.resolve();
    record("poller");
    slow.resolve();
  });
  await closing.endWork();
  await closing.close();
  assert.deepEqual(order, ["poller", "hub", "bus", "store"]);
});
