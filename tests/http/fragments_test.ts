// One anonymous socket sends a message in fragments that is too large for the machine, to a real server.

import assert from "node:assert/strict";
import { addressOf } from "../fuzz/connection.ts";
import { beginFragments } from "../fuzz/fragments.ts";
import { openLive } from "../support/api_client.ts";
import { startServer } from "../support/server.ts";

Deno.test("a message that is too long for the platform ends neither the process nor another socket", async () => {
  await using server = await startServer({ env: { MEMORY_MAX_MB: "4096" } });
  const address = addressOf(server.url);
  const bystander = await openLive(server.url);
  await bystander.next("hello");

  const attack = await beginFragments(address);
  await attack.send(600);
  await attack.finish();
  await waitForLog(server, "too long for the platform");

  bystander.send({ type: "subscribe", tickers: ["KO"] });
  await bystander.next("snapshot");
  await bystander.next("tick");
  assert.ok(!server.hasEnded(), server.output());
  bystander.close();
  attack.socket.close();
});

async function waitForLog(server: { output(): string; hasEnded(): boolean }, text: string) {
  while (!server.output().includes(text)) {
    assert.ok(!server.hasEnded(), server.output());
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
