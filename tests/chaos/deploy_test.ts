// A deploy that nobody notices: the instances behind the shipped Caddy and HAProxy are restarted one after the other, while sockets
// watch and requests come.

import assert from "node:assert/strict";
import { startRedisRest } from "../../tools/redis_rest.ts";
import { openLive } from "../support/api_client.ts";
import { makeCertificate } from "../support/certificate.ts";
import { freePort } from "../support/free_port.ts";
import { startHaproxy } from "../support/haproxy.ts";
import { startPostgres } from "../support/postgres.ts";
import { startRedis } from "../support/redis.ts";
import { startServer } from "../support/server.ts";
import { startShippedCaddy } from "../support/web_proxy.ts";

const socketCount = 500;
/** From one quote frame to the next: a tick each 5 s, and the way to another instance. */
const silenceMsMax = 7_000;
const token = "a token for tests";

Deno.test("a rolling restart fails no request, and no socket is without prices for more than 7 s", async () => {
  await using certificate = await makeCertificate();
  await using postgres = await startPostgres();
  await using redis = await startRedis();
  const gateway = await startRedisRest({
    port: 0,
    host: "127.0.0.1",
    redisUrl: redis.url,
    token,
  });
  const common = {
    DATABASE_URL: postgres.url,
    UPSTASH_REDIS_REST_URL: gateway.url,
    UPSTASH_REDIS_REST_TOKEN: token,
    DRAIN_MS: "10000",
  };
  const ports = [freePort(), freePort()];
  const start = (port: number) =>
    startServer({ env: { ...common, ROLE: "web", TRUST_PROXY: "1", PORT: `${port}` } });
  await using _worker = await startServer({ env: { ...common, ROLE: "worker" } });
  let instances = [await start(ports[0]!), await start(ports[1]!)];
  await using haproxy = await startHaproxy({ serverUrls: instances.map(({ url }) => url) });
  await using caddy = await startShippedCaddy(haproxy.url, certificate);
  const { client } = certificate;

  let isOver = false;
  const refusedOpens: string[] = [];
  const silencesMs: number[] = [];
  const closes: number[] = [];
  async function watch() {
    let heardAt = 0;
    while (!isOver) {
      try {
        const live = await openLive(caddy.url, { client });
        let retryAfterMs = 0;
        const hear = live.socket.onmessage!;
        live.socket.onmessage = (event) => {
          hear.call(live.socket, event);
          const { type, retryAfterMs: told = 0 } = JSON.parse(event.data);
          if (type === "bye") retryAfterMs = told;
          if (type !== "tick" && type !== "snapshot") return;
          if (heardAt > 0) silencesMs.push(Date.now() - heardAt);
          heardAt = Date.now();
        };
        live.send({ type: "subscribe", tickers: ["KO", "AAPL"] });
        open.add(live);
        closes.push((await live.closed).code);
        open.delete(live);
        await sleep(retryAfterMs + Math.random() * 1_000);
      } catch (error) {
        refusedOpens.push(String(error));
        await sleep(1_000);
      }
    }
  }
  const open = new Set<{ close(): void }>();
  const watchers: Promise<void>[] = [];
  while (watchers.length < socketCount) {
    watchers.push(watch());
    await sleep(5);
  }
  await until(() => silencesMs.length >= socketCount);

  const failedRequests: string[] = [];
  let requests = 0;
  const asking = (async () => {
    for (; !isOver; requests++) {
      const path = ["/login", "/api/quotes?tickers=KO", "/healthz"][requests % 3];
      const init = requests % 4 === 3
        ? { method: "POST", body: "{}", headers: { "content-type": "application/json" } }
        : {};
      const at = init.method ? "/api/auth/login" : path;
      try {
        const response = await fetch(`${caddy.url}${at}`, { headers: {}, ...init, ...{ client } });
        await response.body?.cancel();
        if (response.status >= 500) failedRequests.push(`${at} ${response.status}`);
      } catch (error) {
        failedRequests.push(`${at} ${error}`);
      }
      await sleep(20);
    }
  })();

  const first = closes.length;
  for (const [index, port] of ports.entries()) {
    assert.equal((await instances[index]!.stop()).code, 0);
    instances = instances.with(index, await start(port));
    await sleep(3_000); // HAProxy takes it back after two checks.
  }
  const heard = silencesMs.length;
  await until(() => silencesMs.length >= heard + 2 * socketCount);
  isOver = true;
  await asking;
  const planned = closes.slice(first);
  for (const socket of open) socket.close();
  await Promise.all(watchers);
  for (const instance of instances) await instance.stop();
  await gateway.close();

  const worstMs = Math.max(...silencesMs);
  console.info(
    `${requests} requests, ${planned.length} sockets moved, longest without prices ${worstMs} ms`,
  );
  assert.deepEqual(failedRequests, []);
  assert.deepEqual(refusedOpens, []);
  assert.ok(planned.length >= socketCount / 2);
  assert.deepEqual(planned.filter((code) => code !== 4000), []);
  assert.deepEqual(silencesMs.filter((ms) => ms > silenceMsMax), []);
});

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Fails after two minutes. */
async function until(holds: () => boolean) {
  const deadline = Date.now() + 120_000;
  while (!holds()) {
    assert.ok(Date.now() < deadline, "It did not come in time");
    await sleep(50);
  }
}
