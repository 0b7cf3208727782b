// Redis has no memory left and evicts nothing: it answers, but nobody can take the lease, so no tick comes.

import assert from "node:assert/strict";
import { createClient } from "redis";
import { call, openLive } from "../support/api_client.ts";
import { startGateway, startRedis } from "../support/redis.ts";
import { startServer } from "../support/server.ts";

/** Far more than the time after which missing ticks are reported. */
const noticedWithinMs = 60_000;

Deno.test("on a full Redis no ticks come: without viewers too the strict check fails, and the log says why in one line; then everything goes on", async () => {
  await using redis = await startRedis();
  await using gateway = await startGateway({ redisUrl: redis.url });
  const admin = await createClient({ url: redis.url }).connect();
  admin.on("error", () => {});
  await admin.configSet({ "maxmemory-policy": "noeviction", maxmemory: "1" });
  const env = {
    UPSTASH_REDIS_REST_URL: gateway.url,
    UPSTASH_REDIS_REST_TOKEN: gateway.token,
    POLL_INTERVAL_MS: "1000",
  };
  await using server = await startServer({ env });
  await until(async () => (await strict(server.url)).status === 503);
  const { checks } = (await strict(server.url)).body;
  assert.deepEqual(checks, { prepared: true, store: true, bus: true, ticks: false });
  assert.equal((await call(`${server.url}/readyz`)).status, 200);
  const lines = server.output().split("\n").filter((line) => line.includes("OOM"));
  assert.equal(lines.length, 1, server.output());

  await admin.configSet({ maxmemory: "0" });
  await until(async () => (await strict(server.url)).status === 200);
  const live = await openLive(server.url);
  live.send({ type: "subscribe", tickers: ["AAPL"] });
  await live.next("tick");
  live.close();
  admin.destroy();
});

const strict = (url: string) => call(`${url}/readyz?strict`);

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + noticedWithinMs;
  while (!await holds()) {
    assert.ok(Date.now() < deadline, "it was not noticed");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
