// One anonymous socket sends a message in fragments that is too large for the machine, to a real server.

import assert from "node:assert/strict";
import { addressOf } from "../fuzz/connection.ts";
import { beginFragments } from "../fuzz/fragments.ts";
import { sendRaw } from "../fuzz/raw.ts";
import { type Answer, call, openLive, register } from "../support/api_client.ts";
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

Deno.test("when memory is short, new work is refused and anonymous sockets close; signed-in ones live on", async () => {
  await using server = await startServer({ env: { MEMORY_MAX_MB: "600", LOG_LEVEL: "info" } });
  const { url } = server;
  const address = addressOf(url);
  const { accessToken: token, username } = await register(url);
  const [user, anonymous] = [await openLive(url), await openLive(url)];
  user.send({ type: "auth", token });
  while ((await user.next("hello")).user !== username);
  user.send({ type: "subscribe", tickers: ["KO"] });

  const attack = await beginFragments(address);
  await attack.send(430);
  await waitForLog(server, "Memory is short");
  assert.equal((await anonymous.closed).code, 4003);
  await user.next("tick");

  assert.deepEqual(await sendRaw(address, { text: upgrade, isRefused: true }), [503]);
  for (const path of ["/events?tickers=KO", "/api/securities?query=coca", "/api/openapi.json"]) {
    assertBusy(await call(`${url}${path}`));
  }
  const json = { username: "user1", password: "watchlist" };
  assertBusy(await call(`${url}/api/auth/login`, { json }));
  assert.equal((await call(`${url}/api/quotes?tickers=KO`)).status, 200, "what is cheap is served");
  assert.equal((await call(`${url}/readyz`)).status, 200);

  attack.socket.close();
  await waitForLog(server, "Memory is no longer short");
  assert.equal((await call(`${url}/api/auth/login`, { json })).status, 200);
  await user.next("tick");
  user.close();
});

Deno.test("when memory is full, the process says goodbye, says why, and ends with 1", async () => {
  await using server = await startServer({ env: { MEMORY_MAX_MB: "400", DRAIN_MS: "10000" } });
  const { accessToken: token, username } = await register(server.url);
  const user = await openLive(server.url);
  user.send({ type: "auth", token });
  while ((await user.next("hello")).user !== username);

  const attack = await beginFragments(addressOf(server.url));
  const sent = await attack.send(4_000);
  assert.ok(sent < 2_000, `The process took ${sent} MiB`);
  await user.next("bye");
  await user.closed;
  while (!server.hasEnded()) await new Promise((resolve) => setTimeout(resolve, 50));
  const { code } = await server.stop();
  assert.equal(code, 1, server.output());
  const lines = server.output().split("\n").filter((line) => line.includes("Memory is full"));
  assert.equal(lines.length, 1, server.output());
  attack.socket.close();
});

const upgrade =
  "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n" +
  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

function assertBusy({ status, body, headers }: Answer) {
  assert.deepEqual([status, body.code], [503, "busy"]);
  assert.ok(Number(headers.get("retry-after")) > 0);
}

async function waitForLog(server: { output(): string; hasEnded(): boolean }, text: string) {
  while (!server.output().includes(text)) {
    assert.ok(!server.hasEnded(), server.output());
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
