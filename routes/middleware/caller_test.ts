import assert from "node:assert/strict";
import { clientAddress } from "./caller.ts";
import { bearerToken } from "./session.ts";

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

Deno.test("a Bearer token is read whatever the scheme's case, and nothing else is one", () => {
  assert.equal(bearerToken(new Headers({ authorization: "bearer  abc" })), "abc");
  assert.equal(bearerToken(new Headers({ authorization: "Basic abc" })), undefined);
  assert.equal(bearerToken(new Headers({ authorization: "Bearer a b" })), undefined);
  assert.equal(bearerToken(new Headers()), undefined);
});
