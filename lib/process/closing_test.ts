import assert from "node:assert/strict";
import { createClosing } from "./closing.ts";

Deno.test("work ends side by side, then resources are closed, the last opened first", async () => {
  const closing = createClosing();
  const order: string[] = [];
  const note = (text: string) => void order.push(text);
  closing.add({ close: () => note("store") });
  closing.add({ close: () => note("bus") });
  const slow = Promise.withResolvers<void>();
  closing.addWork(() => slow.promise.then(() => note("hub")));
  closing.addWork(async () => {
    await Promise.resolve();
    note("poller");
    slow.resolve();
  });
  await closing.endWork();
  await closing.close();
  assert.deepEqual(order, ["poller", "hub", "bus", "store"]);
});
