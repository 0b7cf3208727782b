// docker-compose.yml as plain processes: the same services with the same environment files, on loopback ports.
// The steps of one user then run across both instances.

import assert from "node:assert/strict";
import { exportJWK, generateKeyPair } from "jose";
import { parse } from "yaml";
import { startRedisRest } from "../../tools/redis_rest.ts";
import { call, openLive } from "../support/api_client.ts";
import { launchChromium } from "../support/chromium.ts";
import { startPostgres } from "../support/postgres.ts";
import { startRedis } from "../support/redis.ts";
import { startServer, type TestServer } from "../support/server.ts";

interface Compose {
  readonly services: Record<string, {
    readonly env_file?: string[];
    readonly environment?: Record<string, string>;
  }>;
}

/** As in .env. The demo users are those of development. */
const { privateKey } = await generateKeyPair("EdDSA", { extractable: true });
const key = { ...await exportJWK(privateKey), kid: "topology" };
const secrets: Record<string, string> = {
  APP_ENV: "development",
  JWT_KEYS: JSON.stringify({ keys: [key] }),
  POSTGRES_PASSWORD: "a password for tests",
  UPSTASH_REDIS_REST_TOKEN: "a token for tests",
};

const instances = ["app1", "app2", "worker1", "worker2"];

Deno.test("the topology of docker-compose.yml serves one user on two instances", async (t) => {
  const { services }: Compose = parse(await Deno.readTextFile("docker-compose.yml"), {
    merge: true,
  });
  assert.deepEqual(
    Object.keys(services).sort(),
    [...instances, "haproxy", "postgres", "proxy", "redis", "redis-rest"].sort(),
  );

  await using postgres = await startPostgres();
  await using redis = await startRedis();
  const gatewayEnv = await environmentOf(services, "redis-rest");
  const gateway = await startRedisRest({
    port: 0,
    host: "127.0.0.1",
    redisUrl: redis.url,
    token: gatewayEnv.UPSTASH_REDIS_REST_TOKEN!,
  });

  /** Replaces the names of the compose network by the addresses of the processes started here. */
  async function start(service: string): Promise<TestServer> {
    const env = await environmentOf(services, service);
    assert.match(env.DATABASE_URL!, /@postgres:5432\//);
    assert.equal(env.UPSTASH_REDIS_REST_URL, `http://redis-rest:${gatewayEnv.PORT}`);
    return startServer({
      env: {
        ...env,
        DATABASE_URL: postgres.url,
        UPSTASH_REDIS_REST_URL: gateway.url,
        HOST: "127.0.0.1",
        PORT: "0",
      },
    });
  }

  const [app1, app2, ...workers] = await Promise.all(instances.map(start));
  assert.ok(app1 && app2);

  await t.step(
    "a change on one instance appears at once on the other, in a browser too",
    async () => {
      await using browser = await launchBrowser();
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(`${app1.url}/login`);
      await page.getByLabel("Username").fill("user1");
      await page.getByLabel("Password").fill("watchlist");
      await page.locator("main button[type=submit]").click();
      await page.waitForURL("**/watchlist");

      const other = await context.newPage(); // cookies do not depend on the port
      await other.goto(`${app2.url}/watchlist`);
      await other.locator(".badge[data-status=live]").waitFor();
      await page.getByRole("combobox").focus();
      await page.keyboard.insertText("apple");
      await page.getByRole("option").first().waitFor();
      await page.keyboard.press("Enter");
      await other.locator('tr[data-ticker="AAPL"] .price').getByText(/^\d+\.\d\d/).waitFor();
    },
  );

  await t.step(
    "both instances send ticks with the same versions, which come from one worker",
    async () => {
      const sockets = await Promise.all([app1, app2].map(({ url }) => openSignedIn(url)));
      const ticks = await Promise.all(sockets.map((socket) => socket.next("tick")));
      const [one, two] = ticks;
      assert.equal(one.epoch, two.epoch);
      assert.ok(Math.abs(one.seq - two.seq) <= 1);
      for (const socket of sockets) socket.close();
    },
  );

  await t.step(
    "lists created, moved and deleted on one instance are announced on the other",
    async () => {
      const { accessToken: token } = await signIn(app1.url);
      const lists = `${app1.url}/api/watchlists`;
      const [{ id: first }] = (await call(lists, { token })).body;
      const socket = await openSignedIn(app2.url);
      const { id } = (await call(lists, { json: { name: "Chips" }, token })).body;
      await call(`${lists}/${id}/import`, { body: "NVDA, AMD", token });
      await call(`${lists}/${id}`, { method: "PATCH", json: { position: 0 }, token });
      const moved = await socket.next("watchlist");
      assert.deepEqual([moved.id, moved.tickers], [id, ["NVDA", "AMD"]]);
      await call(`${lists}/${id}`, { method: "DELETE", token });
      assert.equal((await socket.next("watchlist")).id, first);
      socket.close();
    },
  );

  await t.step("signing out on one instance closes the user's sockets on the other", async () => {
    const { accessToken } = await signIn(app1.url);
    const socket = await openLive(app2.url);
    socket.send({ type: "auth", token: accessToken });
    await socket.next("watchlist");
    const answer = await call(`${app1.url}/api/auth/logout`, {
      method: "POST",
      token: accessToken,
    });
    assert.equal(answer.status, 204);
    assert.equal((await socket.closed).code, 4501);
    assert.equal((await call(`${app2.url}/api/me`, { token: accessToken })).status, 401);
  });

  await t.step("when the worker that polls is killed, the other one takes over", async () => {
    const sockets = await Promise.all([app1, app2].map(({ url }) => openSignedIn(url)));
    const { epoch } = await sockets[0]!.next("tick");
    // Which one polls is not told, so each is killed and started again in its turn.
    for (const [index, worker] of workers.entries()) {
      await worker.stop("SIGKILL");
      for (const socket of sockets) await socket.next("tick");
      workers[index] = await start(`worker${index + 1}`);
    }
    for (const socket of sockets) {
      while ((await socket.next("tick")).epoch === epoch);
      assert.equal(socket.socket.readyState, WebSocket.OPEN);
      socket.close();
    }
  });

  await Promise.all([app1, app2, ...workers].map((server) => server.stop()));
  await gateway.close();
});

async function environmentOf(services: Compose["services"], name: string) {
  const env: Record<string, string> = {};
  for (const path of services[name]?.env_file ?? []) {
    for (const line of (await Deno.readTextFile(path)).split("\n")) {
      const [, key, value] = /^([A-Z_]+)=(.*)$/.exec(line) ?? [];
      if (key !== undefined) env[key] = value ?? "";
    }
  }
  for (const [key, value] of Object.entries(services[name]?.environment ?? {})) {
    env[key] = value.replace(/\$\{([A-Z_]+):[^}]*\}/g, (_, secret) => secrets[secret] ?? "");
  }
  return env;
}

async function signIn(url: string) {
  const { body } = await call(`${url}/api/auth/login`, {
    json: { username: "user1", password: "watchlist" },
  });
  return body;
}

async function openSignedIn(url: string) {
  const { accessToken } = await signIn(url);
  const socket = await openLive(url);
  socket.send({ type: "auth", token: accessToken });
  await socket.next("watchlist");
  return socket;
}

async function launchBrowser() {
  const browser = await launchChromium();
  return Object.assign(browser, { [Symbol.asyncDispose]: () => browser.close() });
}
