// The front of docker-compose.yml as real processes: Caddy with TLS, HAProxy behind it with the bounds, and a server.

import assert from "node:assert/strict";
import { parse } from "yaml";
import { addressOf } from "../fuzz/connection.ts";
import { beginFragments } from "../fuzz/fragments.ts";
import { assertTicksDuringPongs } from "../fuzz/pong_flood.ts";
import { call, openLive } from "../support/api_client.ts";
import { makeCertificate } from "../support/certificate.ts";
import { createFormClient } from "../support/form_client.ts";
import { startHaproxy } from "../support/haproxy.ts";
import { startServer } from "../support/server.ts";
import { startShippedCaddy } from "../support/web_proxy.ts";

Deno.test("compose's front is Caddy, which alone is reached from outside, then HAProxy, then the instances", async () => {
  const { services } = parse(await Deno.readTextFile("docker-compose.yml"), { merge: true });
  const open = Object.keys(services).filter((name) => "ports" in services[name]);
  assert.deepEqual(open, ["proxy"]);
  assert.match(await Deno.readTextFile("deploy/Caddyfile"), /^\treverse_proxy haproxy:8080\b/m);
  const { haproxy } = services;
  assert.equal(haproxy.environment.BEHIND_CADDY, "1");
  const config = await Deno.readTextFile("deploy/haproxy.cfg");
  for (const volume of haproxy.volumes) {
    const [path, target] = volume.split(":");
    assert.ok((await Deno.stat(path)).isFile);
    if (path.endsWith(".lua")) assert.ok(config.includes(`lua-load ${target}\n`));
  }
  const backends = [...config.matchAll(/^\tserver \w+ (\w+):8000/gm)].map(([, name]) => name);
  assert.deepEqual(backends, ["app1", "app2"]);
});

Deno.test("behind the shipped Caddy and HAProxy", async (t) => {
  await using certificate = await makeCertificate();
  await using server = await startServer({
    env: {
      TRUST_PROXY: "1",
      POLL_INTERVAL_MS: "1000",
      SOCKETS_PER_IP: "5",
      LOG_LEVEL: "info",
      MEMORY_MAX_MB: "4096",
    },
  });
  await using haproxy = await startHaproxy({ serverUrls: [server.url] });
  await using caddy = await startShippedCaddy(haproxy.url, certificate);
  const { client } = certificate;
  const caCerts = [await Deno.readTextFile(certificate.certPath)];
  const address = { ...addressOf(caddy.url), caCerts };
  using neighbour = Deno.createHttpClient({ caCerts, localAddress: "127.0.0.2" });

  await t.step("pages, forms, sockets and streams of events work", async () => {
    const browser = createFormClient(caddy.url, { client });
    const credentials = { username: "user1", password: "watchlist" };
    assert.equal((await browser.post("/login", credentials)).location, "/watchlist");
    assert.equal((await browser.get("/watchlist")).status, 200);
    const headers = { cookie: browser.cookie(), origin: caddy.url };
    const live = await openLive(caddy.url, { client, headers });
    assert.equal((await live.next("hello")).user, "user1");
    live.send({ type: "subscribe", tickers: ["KO"] });
    await live.next("tick");
    live.close();
    const events = await fetch(`${caddy.url}/events?tickers=KO`, { headers: {}, ...{ client } });
    const reader = events.body!.getReader();
    assert.match(new TextDecoder().decode((await reader.read()).value), /"hello"/);
    await reader.cancel();
    assert.equal((await call(`${caddy.url}/metrics`, { client })).status, 404);
  });

  await t.step(
    "the client's address is the one that Caddy saw, whatever the client wrote",
    async () => {
      const headers = { "x-forwarded-for": "192.0.2.7" };
      for (const from of [client, neighbour, client]) {
        const json = { username: "user1", password: "wrong" };
        await call(`${caddy.url}/api/auth/login`, { json, client: from, headers });
      }
      const seen = server.output().split("\n").filter((line) => line.includes('"sign_in_failed"'))
        .map((line) => JSON.parse(line).address);
      assert.deepEqual(seen, ["127.0.0.1", "127.0.0.2", "127.0.0.1"]);

      const sockets = [];
      for (let count = 0; count < 6; count++) {
        sockets.push(await openLive(caddy.url, { client, headers }));
      }
      assert.equal((await sockets.at(-1)!.closed).code, 4502);
      const other = await openLive(caddy.url, { client: neighbour, headers });
      await other.next("hello");
      for (const socket of [...sockets, other]) socket.close();
    },
  );

  await t.step("a flood of pongs does not stop the ticks of others", async () => {
    await assertTicksDuringPongs(address, { url: caddy.url, client: neighbour });
  });

  await t.step("a message in fragments without an end is held back", async () => {
    const attack = await beginFragments(address);
    const sent = await attack.send(200, { stallMs: 3_000 });
    assert.ok(sent < 20, `The proxies took ${sent} MiB`);
    attack.socket.close();
  });
});
