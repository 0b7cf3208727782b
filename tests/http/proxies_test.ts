// What an operator's proxy must pass, with real nginx and Caddy: pages and sockets through a right configuration, and what a wrong one is told.

import assert from "node:assert/strict";
import { call } from "../support/api_client.ts";
import { createFormClient } from "../support/form_client.ts";
import { startServer } from "../support/server.ts";
import { startCaddy, startNginx, type WebProxy } from "../support/web_proxy.ts";

const upgrade = [
  "proxy_http_version 1.1;",
  "proxy_set_header Upgrade $http_upgrade;",
  'proxy_set_header Connection "upgrade";',
];
const credentials = { username: "user1", password: "watchlist" };

/** The status of a socket's handshake, as a browser on the proxy's page sends it. */
async function handshake(url: string, headers: Record<string, string> = {}): Promise<number> {
  const { hostname, port, host, origin } = new URL(url);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const lines = Object.entries({
    Host: host,
    Origin: origin,
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  await connection.write(new TextEncoder().encode(`GET /ws HTTP/1.1\r\n${lines.join("")}\r\n`));
  const buffer = new Uint8Array(4_096);
  const length = await connection.read(buffer) ?? 0;
  return Number(new TextDecoder().decode(buffer.subarray(0, length)).split(" ")[1]);
}

type Start = (target: string) => Promise<WebProxy>;

const right: [name: string, start: Start][] = [
  ["nginx", (target) => startNginx(target, [...upgrade, "proxy_set_header Host $http_host;"])],
  ["Caddy", (target) => startCaddy(target)],
];
for (const [name, start] of right) {
  Deno.test(`behind ${name} that passes Host, forms and sockets work, in older browsers too`, async () => {
    await using server = await startServer();
    await using proxy = await start(server.url);
    const headers = { origin: proxy.url, "content-type": "application/x-www-form-urlencoded" };
    const body = String(new URLSearchParams(credentials));
    const signedIn = await call(`${proxy.url}/login`, { body, headers });
    assert.equal(signedIn.headers.get("location"), "/watchlist");
    assert.equal(await handshake(proxy.url), 101);
    assert.equal(await handshake(proxy.url, { Origin: "https://evil.example" }), 403);
  });
}

const wrong: [name: string, start: Start][] = [
  ["nginx", (target) => startNginx(target, upgrade)],
  ["Caddy", (target) => startCaddy(target, ["header_up Host {upstream_hostport}"])],
];
for (const [name, start] of wrong) {
  Deno.test(`behind ${name} that rewrites Host, a browser that names its site is accepted, and a refusal of another one is logged once with both names`, async () => {
    await using server = await startServer();
    await using proxy = await start(server.url);
    const browser = createFormClient(proxy.url);
    assert.equal((await browser.post("/login", credentials)).location, "/watchlist");
    assert.equal(await handshake(proxy.url, { "Sec-Fetch-Site": "same-origin" }), 101);
    assert.equal(await handshake(proxy.url, { "Sec-Fetch-Site": "cross-site" }), 403);
    for (let count = 0; count < 3; count++) assert.equal(await handshake(proxy.url), 403);
    const lines = server.output().split("\n").filter((line) => line.includes('"origin"'));
    assert.equal(lines.length, 1, server.output());
    const { origin, host, msg } = JSON.parse(lines[0]!);
    assert.equal(origin, proxy.url);
    assert.equal(host, new URL(server.url).host);
    assert.match(msg, /Host/);
    assert.match(msg, /ALLOWED_ORIGINS/);
  });
}
