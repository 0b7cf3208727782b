import assert from "node:assert/strict";
import { Hono } from "hono";
import { callerOf, clientAddress, isPlainHttp } from "./caller.ts";

const remoteAddr: Deno.NetAddr = { transport: "tcp", hostname: "10.0.0.9", port: 1 };

function address(forwarded: string | undefined, trustedProxies: number): string {
  const headers = new Headers(forwarded === undefined ? {} : { "x-forwarded-for": forwarded });
  return clientAddress(headers, { remoteAddr, trustedProxies });
}

Deno.test("without trusted proxies a forwarded address is not believed", () => {
  assert.equal(address("1.2.3.4", 0), "10.0.0.9");
});

Deno.test("behind one proxy the address it saw counts, not what the client wrote before it", () => {
  assert.equal(address("6.6.6.6, 1.2.3.4", 1), "1.2.3.4");
  assert.equal(address("6.6.6.6, 1.2.3.4, 10.0.0.1", 2), "1.2.3.4");
});

Deno.test("a port that the proxy writes behind the address makes nobody somebody else", () => {
  assert.equal(address("1.2.3.4:51234", 1), "1.2.3.4");
  assert.equal(address("[2001:db8::1]:51234", 1), "2001:db8::1");
  assert.equal(address("[2001:db8::1]", 1), "2001:db8::1");
  assert.equal(address("2001:db8::1", 1), "2001:db8::1");
});

Deno.test("a header shorter than the chain of proxies falls back to the connection", () => {
  assert.equal(address(undefined, 1), "10.0.0.9");
  assert.equal(address("1.2.3.4", 2), "10.0.0.9");
  assert.equal(address("", 1), "10.0.0.9");
});

Deno.test("a caller counts by its network, and its device's name is cut", async () => {
  const app = new Hono().get("/", (c) => c.json(callerOf(c, { config: { trustedProxies: 1 } })));
  const answer = await app.request("/", {
    headers: { "x-forwarded-for": "2001:db8:0:7::1", "user-agent": "x".repeat(1_000) },
  });
  assert.deepEqual(await answer.json(), {
    address: "2001:db8:0:7::1",
    network: "2001:db8:0:7::/64",
    userAgent: "x".repeat(200),
  });
});

Deno.test("connections without an address count as one caller", () => {
  assert.equal(
    clientAddress(new Headers(), { remoteAddr: undefined, trustedProxies: 0 }),
    "unknown",
  );
});

Deno.test("plain HTTP is what neither the address, a trusted proxy nor the browser calls HTTPS", () => {
  const isPlain = (
    { url = "http://board.example/", trustedProxies = 0, ...headers }: {
      [name: string]: string | number;
    },
  ) =>
    isPlainHttp(new Request(String(url), { headers: headers as Record<string, string> }), {
      trustedProxies: Number(trustedProxies),
    });
  assert.ok(isPlain({}));
  assert.ok(isPlain({ "x-forwarded-proto": "https" }));
  assert.ok(isPlain({ "x-forwarded-proto": "http", trustedProxies: 1 }));
  assert.ok(!isPlain({ "x-forwarded-proto": "https", trustedProxies: 1 }));
  assert.ok(!isPlain({ "sec-fetch-site": "none" }));
  assert.ok(!isPlain({ url: "https://board.example/" }));
});
