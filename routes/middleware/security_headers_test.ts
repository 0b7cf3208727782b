import assert from "node:assert/strict";
import { createTestApp, type TestApp } from "../app_fixtures.ts";
import { docsPolicy } from "./security_headers.ts";

Deno.test("a page runs and loads only our own files, and no other page frames it", async () => {
  await using app = await createTestApp();
  const { headers } = await app.request("/login");
  const policy = headers.get("content-security-policy")?.split("; ") ?? [];
  const scripts = policy.find((directive) => directive.startsWith("script-src"));
  assert.match(scripts ?? "", /^script-src 'nonce-[\w+/=]{22,}' 'strict-dynamic'$/);
  assert.deepEqual(policy.filter((directive) => directive !== scripts), [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ]);
  assert.equal(headers.get("x-frame-options"), "DENY");
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.equal(headers.get("referrer-policy"), "same-origin");
  assert.match(headers.get("permissions-policy") ?? "", /camera=\(\)/);
});

Deno.test("the nonce of one answer is not that of another", async () => {
  await using app = await createTestApp();
  const nonce = async () =>
    /nonce-([^']+)/.exec(
      (await app.request("/login")).headers.get("content-security-policy") ?? "",
    )?.[1];
  assert.notEqual(await nonce(), await nonce());
});

Deno.test("refusals and the API carry the same headers", async () => {
  await using app = await createTestApp();
  for (const path of ["/api/me", "/api/securities", "/nothing", "/healthz"]) {
    const { headers } = await app.request(path);
    assert.equal(headers.get("x-content-type-options"), "nosniff", path);
    assert.match(headers.get("content-security-policy") ?? "", /default-src 'none'/, path);
  }
});

Deno.test("browsers are held to TLS where it is certain: in production, and where the process serves it", async () => {
  const strict = async (app: TestApp) =>
    (await app.request("/login")).headers.get("strict-transport-security");
  await using plain = await createTestApp();
  await using production = await createTestApp({ config: { production: true } });
  await using tls = await createTestApp({ config: { tls: { certPath: "", keyPath: "" } } });
  assert.equal(await strict(plain), null);
  assert.equal(await strict(production), "max-age=31536000");
  assert.equal(await strict(tls), "max-age=31536000");
});

Deno.test("the documentation's policy allows styles on elements, and scripts by nonce alone", () => {
  const policy = docsPolicy("n0nce");
  assert.match(policy, /script-src 'nonce-n0nce' 'strict-dynamic';/);
  assert.match(policy, /style-src 'self' 'unsafe-inline';/);
  assert.match(policy, /^default-src 'none';.*frame-ancestors 'none'$/);
});
