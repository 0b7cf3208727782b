import assert from "node:assert/strict";
import { createTestApp } from "../app_fixtures.ts";
import { testRoute } from "./route_fixtures.ts";

testRoute("GET /api/me", {
  cases: {
    async "200 reads the user, with the names in both spellings"({ request, signUp }) {
      const { username, token, userId } = await signUp();
      const answer = await request("/api/me", { token });
      assert.deepEqual(answer.json, {
        id: userId,
        username,
        email: null,
        firstName: null,
        lastName: null,
        first_name: null,
        last_name: null,
      });
      assert.equal(answer.headers.get("cache-control"), "no-store, no-transform");
      return answer;
    },
    async "200 by the cookie of the page"({ request, signUp }) {
      const { cookie } = await signUp();
      return await request("/api/me", { cookie });
    },
    async "401 invalid_token of a session that has ended"({ request, signUp }) {
      const { token } = await signUp();
      await request("/api/auth/logout", { method: "POST", token });
      return await request("/api/me", { token });
    },
    async "401 invalid_token that outlives its account"({ request, signUp, deps }) {
      const { token, userId } = await signUp();
      // As when another instance deletes the account and the announcement has not arrived.
      await deps.store.deleteUser(userId, Date.now());
      return await request("/api/me", { token });
    },
    "401 invalid_token for a token that says it needs no signature": ({ request }) => {
      const token = [{ alg: "none", typ: "at+jwt" }, { sub: "someone" }]
        .map((part) => btoa(JSON.stringify(part)).replaceAll("=", "")).join(".");
      return request("/api/me", { token: `${token}.` });
    },
  },
});

Deno.test("the public keys hold no private part, and caches may keep them for 5 minutes", async () => {
  await using app = await createTestApp();
  const { status, json, headers } = await app.request("/.well-known/jwks.json");
  assert.equal(status, 200);
  assert.equal(headers.get("cache-control"), "public, max-age=300");
  const [key] = json.keys;
  assert.equal(key.crv, "Ed25519");
  assert.ok(key.x && key.kid);
  assert.equal(key.d, undefined);
});
