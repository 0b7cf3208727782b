import assert from "node:assert/strict";
import { Hono } from "hono";
import { createTestApp, type TestApp } from "../app_fixtures.ts";
import { assertCookiesGone, createPartClient } from "../client_fixtures.ts";
import type { Env } from "../env.ts";
import { bearerToken, identify, requireSignIn, signOut } from "./session.ts";

Deno.test("a Bearer token is read whatever the scheme's case, and nothing else is one", () => {
  assert.equal(bearerToken(new Headers({ authorization: "bearer  abc" })), "abc");
  assert.equal(bearerToken(new Headers({ authorization: "Basic abc" })), undefined);
  assert.equal(bearerToken(new Headers({ authorization: "Bearer a b" })), undefined);
  assert.equal(bearerToken(new Headers()), undefined);
});

Deno.test("a token speaks for its user before a cookie does, and a bad token is refused although a cookie is good", async () => {
  await using app = await createTestApp();
  const [ann, ben] = [await app.signUp(), await app.signUp()];
  const who = async (headers: Record<string, string>) =>
    (await identify(new Request("http://board.example", { headers }), app.deps))?.username;
  assert.equal(await who({ cookie: ben.cookie }), ben.username);
  const both = { authorization: `Bearer ${ann.token}`, cookie: ben.cookie };
  assert.equal(await who(both), ann.username);
  assert.equal(await who({ ...both, authorization: "Bearer none" }), undefined);
  assert.equal(await who({}), undefined);
  assert.equal(await who({ cookie: `qb_access=${ben.refreshToken}` }), undefined);
});

Deno.test("behind the guard the user is known, and no cache keeps or changes the answer", async () => {
  await using app = await createTestApp();
  const request = routesOf(app);
  const { token, username } = await app.signUp();
  const answer = await request("/own", { token });
  assert.deepEqual([answer.status, answer.text], [200, username]);
  assert.equal(answer.headers.get("cache-control"), "no-store, no-transform");
  const refused = await request("/own");
  assert.deepEqual([refused.status, refused.json.code], [401, "invalid_token"]);
});

Deno.test("a sign-out ends the session of the token or of either cookie, and clears the cookies", async () => {
  await using app = await createTestApp();
  const request = routesOf(app);
  const ways = [
    ({ token }: User) => ({ token }),
    ({ cookie }: User) => ({ cookie }),
    ({ refreshToken }: User) => ({ cookie: `qb_refresh=${refreshToken}` }),
    ({ refreshToken }: User) => ({ cookie: `qb_access=old; qb_refresh=${refreshToken}` }),
  ];
  for (const way of ways) {
    const user = await app.signUp();
    const answer = await request("/out", { method: "POST", ...way(user) });
    assert.equal(answer.text, "out");
    assertCookiesGone(answer);
    assert.equal(await app.deps.auth.verifyAccess(user.token), undefined);
  }
});

Deno.test("a sign-out by a bad token ends no session, whatever cookie comes with it", async () => {
  await using app = await createTestApp();
  const { cookie, token } = await app.signUp();
  const bad = { method: "POST", token: "none", cookie };
  const answer = await routesOf(app)("/out", bad);
  assert.deepEqual([answer.status, answer.json.code], [401, "invalid_token"]);
  assert.ok(await app.deps.auth.verifyAccess(token));
});

type User = Awaited<ReturnType<TestApp["signUp"]>>;

/** One route behind the guard, one that signs out. */
function routesOf({ deps }: TestApp) {
  const app = new Hono<Env>();
  app.get("/own", requireSignIn(deps), (c) => c.text(c.var.identity.username));
  app.post("/out", async (c) => {
    await signOut(c, deps);
    return c.text("out");
  });
  return createPartClient(app);
}
