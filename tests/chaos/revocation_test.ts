// A session that is signed out on one instance, while the bus between two instances fails: the other one refuses its token too.

import assert from "node:assert/strict";
import { createClient } from "redis";
import { call, register } from "../support/api_client.ts";
import { startPostgres } from "../support/postgres.ts";
import { startGateway, startRedis } from "../support/redis.ts";
import { startServer } from "../support/server.ts";

/** Far more than the time between two reads of the store. */
const refusedWithinMs = 60_000;

Deno.test("a signed-out token is refused on the other instance while Redis is full, and while it is down; the log says how", async (t) => {
  await using postgres = await startPostgres();
  await using redis = await startRedis();
  await using gateway = await startGateway({ redisUrl: redis.url });
  const env = {
    DATABASE_URL: postgres.url,
    UPSTASH_REDIS_REST_URL: gateway.url,
    UPSTASH_REDIS_REST_TOKEN: gateway.token,
  };
  await using here = await startServer({ env });
  await using there = await startServer({ env });

  async function signOutHere() {
    const { accessToken: token } = await register(here.url);
    const statusThere = async () => (await call(`${there.url}/api/me`, { token })).status;
    assert.equal(await statusThere(), 200);
    const { status } = await call(`${here.url}/api/auth/logout`, { method: "POST", token });
    assert.equal(status, 204);
    const deadline = Date.now() + refusedWithinMs;
    while (await statusThere() !== 401) {
      assert.ok(Date.now() < deadline, "it is still valid there");
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  await t.step("full", async () => {
    const admin = await createClient({ url: redis.url }).connect();
    await admin.configSet({ "maxmemory-policy": "noeviction", maxmemory: "1" });
    await signOutHere();
    await admin.configSet({ maxmemory: "0" });
    admin.destroy();
  });

  await t.step("down", async () => {
    await redis.stop();
    await signOutHere();
    const lines = there.output().split("\n").filter((line) => /read from the store/.test(line));
    assert.equal(lines.length, 1, there.output());
  });
});
