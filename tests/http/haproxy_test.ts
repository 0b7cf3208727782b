// deploy/haproxy.cfg in a real HAProxy: what it bounds, and that all else works through it.

import assert from "node:assert/strict";
import { addressOf } from "../fuzz/connection.ts";
import { beginFragments } from "../fuzz/fragments.ts";
import { assertTicksDuringPongs } from "../fuzz/pong_flood.ts";
import { call, openLive, register } from "../support/api_client.ts";
import { makeCertificate } from "../support/certificate.ts";
import { startHaproxy } from "../support/haproxy.ts";
import { startServer } from "../support/server.ts";

Deno.test("HAProxy with deploy/haproxy.cfg", async (t) => {
  await using certificate = await makeCertificate();
  await using server = await startServer({
    env: { TRUST_PROXY: "1", POLL_INTERVAL_MS: "1000", MEMORY_MAX_MB: "4096", SOCKETS_PER_IP: "5" },
  });
  await using proxy = await startHaproxy({ serverUrls: [server.url], certificate });
  const { client } = certificate;

  await t.step("a socket, a stream of events, sign-in and pages work through it", async () => {
    const { accessToken: token, username } = await register(server.url);
    const live = await openLive(proxy.url, { client });
    live.send({ type: "auth", token });
    while ((await live.next("hello")).user !== username);
    // More than the limit lets through at once.
    for (let count = 0; count < 18; count++) {
      live.send({ type: "subscribe", tickers: ["KO", "x".repeat(4_000)] });
    }
    for (let count = 0; count < 18; count++) await live.next("error");
    await live.next("tick");
    live.close();

    const events = await fetch(`${proxy.url}/events?tickers=KO`, { headers: {}, ...{ client } });
    const reader = events.body!.getReader();
    assert.match(new TextDecoder().decode((await reader.read()).value), /"hello"/);
    await reader.cancel();
    assert.equal((await call(`${proxy.url}/login`, { client })).status, 200);
    assert.equal((await call(`${proxy.url}/api/me`, { client, token })).status, 200);
  });

  await t.step("the figures are hidden, however the path is written", async () => {
    for (const path of ["/metrics", "/metrics/", "//metrics", "/METRICS", "/%6detrics"]) {
      assert.equal((await call(`${proxy.url}${path}`, { client })).status, 404, path);
    }
  });

  await t.step(
    "a message in fragments without an end reaches the server drop by drop",
    async () => {
      const before = await rssMb(server.url);
      const through = await beginFragments(addressOf(proxy.plainUrl));
      const sent = await through.send(200, { stallMs: 3_000 });
      const grownMb = await rssMb(server.url) - before;
      assert.ok(sent < 20, `The proxy took ${sent} MiB`);

      const direct = await beginFragments(addressOf(server.url));
      assert.equal(await direct.send(200), 200);
      const grownDirectlyMb = await rssMb(server.url) - before;
      assert.ok(grownMb < grownDirectlyMb / 5, `${grownMb} MiB, directly ${grownDirectlyMb} MiB`);
      through.socket.close();
      direct.socket.close();
    },
  );

  await t.step("a flood of pongs does not stop the ticks of others", async () => {
    await assertTicksDuringPongs(addressOf(proxy.plainUrl), { url: proxy.url, client });
  });

  await t.step("a client that has sent all it may does not keep the proxy busy", async () => {
    const uploadLimit = "65536 65536 131072";
    await using strict = await startHaproxy({ serverUrls: [server.url], certificate, uploadLimit });
    const greedy = await beginFragments(addressOf(strict.plainUrl));
    await greedy.send(200, { stallMs: 4_000 });
    // HAProxy ends its own process when a stream calls the filter without pause. Before that it uses half a core.
    const ticks = await strict.processorTicks();
    assert.ok(ticks < 50, `${ticks} hundredths of a second`);
    assert.equal((await call(`${strict.url}/healthz`, { client })).status, 200);
    greedy.socket.close();
  });

  await t.step("the client's address is the one that the proxy saw", async () => {
    // Five sockets are an address's limit. A client that writes other addresses into the header does not get more.
    const sockets = [];
    for (let count = 0; count < 6; count++) {
      const headers = { "x-forwarded-for": `192.0.2.${count}` };
      sockets.push(await openLive(proxy.url, { client, headers }));
    }
    const notClosed = new Promise<undefined>((resolve) => {
      Deno.unrefTimer(setTimeout(() => resolve(undefined), 10_000));
    });
    assert.equal((await Promise.race([sockets.at(-1)!.closed, notClosed]))?.code, 4502);
    for (const socket of sockets) socket.close();
  });
});

async function rssMb(url: string): Promise<number> {
  const { body } = await call(`${url}/metrics`);
  return Number(/^quoteboard_memory_rss_bytes (\S+)$/m.exec(body)?.[1]) / 2 ** 20;
}
