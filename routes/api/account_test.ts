import assert from "node:assert/strict";
import { password, type TestApp } from "../app_fixtures.ts";
import { assertCookiesGone, type TestAnswer } from "../client_fixtures.ts";
import { testRoute } from "./route_fixtures.ts";

const newPassword = "an even longer one";
const wrong = "not this one";

const change = ({ request }: TestApp, token: string, json: unknown) =>
  request("/api/account/password", { json, token });

const remove = ({ request }: TestApp, token: string, json: unknown) =>
  request("/api/account", { method: "DELETE", json, token });

const login = ({ request }: TestApp, username: string, password: string) =>
  request("/api/auth/login", { json: { username, password } });

/** What both changes refuse, which ask for the present password. */
function proofRefusals(
  ask: (app: TestApp, token: string, password: string) => Promise<TestAnswer>,
) {
  return {
    async "401 invalid_credentials for a wrong password, and nothing changes"(app: TestApp) {
      const { username, token } = await app.signUp();
      const answer = await ask(app, token, wrong);
      assert.equal(answer.json.detail, "The present password is wrong.");
      assert.equal((await login(app, username, password)).status, 200);
      return answer;
    },
    async "429 rate_limited after 10 failures, even with the right password"(app: TestApp) {
      const { token } = await app.signUp();
      for (let failures = 0; failures < 10; failures++) await ask(app, token, wrong);
      return await ask(app, token, password);
    },
    async "503 unavailable while the queue of passwords is full"(app: TestApp) {
      const { token } = await app.signUp();
      return await app.withFullPasswordQueue(() => ask(app, token, password));
    },
  };
}

testRoute("POST /api/account/password", {
  sample: { json: { oldPassword: password, newPassword } },
  cases: {
    async "204 changes it; other sessions end, this one goes on"(app) {
      const { username, token } = await app.signUp();
      const other = (await login(app, username, password)).json.accessToken;
      const answer = await change(app, token, { oldPassword: password, newPassword });
      assert.equal((await app.request("/api/me", { token: other })).status, 401);
      assert.equal((await app.request("/api/me", { token })).status, 200);
      assert.equal((await login(app, username, password)).status, 401);
      assert.equal((await login(app, username, newPassword)).status, 200);
      return answer;
    },
    async "400 invalid_body for a weak password, named by its field"(app) {
      const { username, token } = await app.signUp();
      for (const weak of ["short", "x".repeat(129), "password", `${username}!`]) {
        const { status, json } = await change(app, token, {
          oldPassword: password,
          newPassword: weak,
        });
        assert.equal(status, 400);
        assert.match(json.detail, /^newPassword: /);
      }
      return await change(app, token, { oldPassword: password });
    },
    ...proofRefusals((app, token, oldPassword) => change(app, token, { oldPassword, newPassword })),
  },
});

testRoute("GET /api/account/export", {
  cases: {
    async "200 is a file with all that is kept, and nothing secret"({ request, signUp }) {
      const { username, token, refreshToken } = await signUp({ tickers: ["KO"] });
      const answer = await request("/api/account/export", { token });
      const { user, watchlists, sessions } = answer.json;
      assert.equal(user.username, username);
      assert.deepEqual(watchlists, [{ name: "My watchlist", tickers: ["KO"] }]);
      assert.deepEqual(sessions.map(({ current }: { current: boolean }) => current), [true]);
      assert.equal(
        answer.headers.get("content-disposition"),
        `attachment; filename="quoteboard-${username}.json"`,
      );
      assert.equal(answer.headers.get("cache-control"), "no-store, no-transform");
      assert.doesNotMatch(answer.text, /hash|token/i);
      for (const secret of [password, token, refreshToken]) {
        assert.ok(!answer.text.includes(secret));
      }
      return answer;
    },
    async "401 invalid_token that outlives its account"({ request, signUp, deps }) {
      const { token, userId } = await signUp();
      await deps.store.deleteUser(userId, Date.now());
      return await request("/api/account/export", { token });
    },
  },
});

testRoute("DELETE /api/account", {
  sample: { json: { password } },
  cases: {
    async "204 deletes it with its sessions, and the cookies go"(app) {
      const { username, token } = await app.signUp();
      const answer = await remove(app, token, { password });
      assertCookiesGone(answer);
      assert.equal((await app.request("/api/me", { token })).status, 401);
      assert.equal((await login(app, username, password)).status, 401);
      return answer;
    },
    async "400 invalid_body without the password, and the account stays"(app) {
      const { token } = await app.signUp();
      const answer = await remove(app, token, {});
      assert.equal((await app.request("/api/me", { token })).status, 200);
      return answer;
    },
    async "401 invalid_credentials for a token whose name belongs to another account now"(app) {
      const { username, token, userId } = await app.signUp();
      await app.deps.store.deleteUser(userId, Date.now());
      const json = { username, password };
      const next = await app.request("/api/auth/register", { json });
      const answer = await remove(app, token, { password });
      const me = await app.request("/api/me", { token: next.json.accessToken });
      assert.equal(me.status, 200);
      return answer;
    },
    ...proofRefusals((app, token, password) => remove(app, token, { password })),
  },
});
