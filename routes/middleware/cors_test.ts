import assert from "node:assert/strict";
import { createTestApp } from "../app_fixtures.ts";

const friend = "https://friend.example";
const stranger = "https://stranger.example";
const headerOf = (name: string) => ({ headers }: { headers: Headers }) =>
  headers.get(`access-control-${name}`);
const [allowedOrigin, exposed] = [headerOf("allow-origin"), headerOf("expose-headers")];

const withFriend = () => createTestApp({ config: { allowedOrigins: [friend] } });

Deno.test("an allowed origin may read the API, and the headers that its answers are used by", async () => {
  await using app = await withFriend();
  for (const path of ["/api/securities", "/.well-known/jwks.json"]) {
    const answer = await app.request(path, { headers: { origin: friend } });
    assert.equal(allowedOrigin(answer), friend);
    assert.equal(exposed(answer), "Content-Disposition,ETag,Location,Retry-After");
    assert.match(answer.headers.get("vary") ?? "", /Origin/i);
    assert.equal(answer.headers.get("access-control-allow-credentials"), null);
  }
});

Deno.test("a refusal can be read too, so that the other page can say why", async () => {
  await using app = await withFriend();
  const answer = await app.request("/api/me", { headers: { origin: friend } });
  assert.deepEqual([answer.status, allowedOrigin(answer)], [401, friend]);
});

Deno.test("a preflight of an allowed origin names the methods and headers of the API", async () => {
  await using app = await withFriend();
  const { status, headers } = await app.request("/api/watchlist/order", {
    method: "OPTIONS",
    headers: { origin: friend, "access-control-request-method": "PUT" },
  });
  assert.equal(status, 204);
  assert.equal(headers.get("access-control-allow-methods"), "GET,POST,PUT,PATCH,DELETE");
  assert.equal(headers.get("access-control-allow-headers"), "Authorization,Content-Type,If-Match");
  assert.equal(headers.get("access-control-max-age"), "600");
});

Deno.test("an allowed origin signs in with JSON at /login, and is not let into pages", async () => {
  await using app = await withFriend();
  const { username } = await app.signUp();
  const answer = await app.request("/login", {
    json: { username, password: "correct horse" },
    headers: { origin: friend },
  });
  assert.deepEqual([answer.status, allowedOrigin(answer)], [200, friend]);
  const page = await app.request("/watchlist", { headers: { origin: friend } });
  assert.equal(allowedOrigin(page), null);
});

Deno.test("another origin reads nothing, and without allowed origins the header is missing", async () => {
  await using open = await withFriend();
  await using closed = await createTestApp();
  const ask = (app: typeof open, origin: string) =>
    app.request("/api/securities", { headers: { origin } });
  assert.equal(allowedOrigin(await ask(open, stranger)), null);
  assert.equal(allowedOrigin(await ask(closed, friend)), null);
});
