import assert from "node:assert/strict";
import { Hono } from "hono";
import { cookiesOf, createClient } from "../client_fixtures.ts";
import { accessCookie, clearSignInCookies, refreshCookie, setSignInCookies } from "./session.ts";

type Config = Parameters<typeof clearSignInCookies>[1];

const tokens = { accessToken: "a", refreshToken: "r", expiresIn: 900 };
const tls = { certPath: "", keyPath: "" };
const configs: Record<string, Config> = {
  development: { production: false, tls: undefined },
  tls: { production: false, tls },
  production: { production: true, tls: undefined },
};

async function cookiesFrom(path: "/set" | "/clear", config: Config) {
  const app = new Hono();
  app.get("/set", (c) => {
    setSignInCookies(c, tokens, config);
    return c.text("");
  });
  app.get("/clear", (c) => {
    clearSignInCookies(c, config);
    return c.text("");
  });
  return cookiesOf(await createClient(app)(path));
}

const shared = "Path=/; HttpOnly; SameSite=Lax";

Deno.test("both cookies are out of reach for scripts, and live as long as their tokens", async () => {
  assert.deepEqual(await cookiesFrom("/set", configs.development!), {
    qb_access: `a; Max-Age=900; ${shared}`,
    qb_refresh: `r; Max-Age=2592000; ${shared}`,
  });
});

Deno.test("over TLS they are never sent in the clear, and in production no sibling host can set them", async () => {
  const overTls = await cookiesFrom("/set", configs.tls!);
  assert.deepEqual(Object.keys(overTls), ["qb_access", "qb_refresh"]);
  const inProduction = await cookiesFrom("/set", configs.production!);
  assert.deepEqual(Object.keys(inProduction), ["__Host-qb_access", "__Host-qb_refresh"]);
  for (const value of Object.values({ ...overTls, ...inProduction })) {
    assert.match(value, /; Secure/);
    assert.doesNotMatch(value, /Domain=/);
  }
});

for (const [name, config] of Object.entries(configs)) {
  Deno.test(`what is set in ${name} is read again and cleared by the same names`, async () => {
    const [set, cleared] = [await cookiesFrom("/set", config), await cookiesFrom("/clear", config)];
    assert.deepEqual(Object.keys(cleared), Object.keys(set));
    for (const value of Object.values(cleared)) assert.match(value, /^; Max-Age=0; .*Path=\//);
    const cookie = Object.entries(set).map(([name, value]) => `${name}=${value.split(";")[0]}`)
      .join("; ");
    const request = new Request("http://board.example", { headers: { cookie } });
    assert.equal(accessCookie.read(request, config), "a");
    assert.equal(refreshCookie.read(request, config), "r");
  });
}

Deno.test("in production a cookie without the prefix is not ours", () => {
  const request = new Request("http://board.example", { headers: { cookie: "qb_access=a" } });
  assert.equal(accessCookie.read(request, configs.production!), undefined);
});
