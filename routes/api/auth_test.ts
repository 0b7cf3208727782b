import assert from "node:assert/strict";
import { issueInvite } from "../../lib/auth/invites.ts";
import { createTestApp, password, type TestApp } from "../app_fixtures.ts";
import { assertCookiesGone, cookiesOf } from "../client_fixtures.ts";
import { testRoute } from "./route_fixtures.ts";

const newcomer = { username: "newcomer", password };

testRoute("POST /api/auth/register", {
  sample: { json: newcomer },
  cases: {
    async "201 makes the account and signs in, without a cookie"({ request }) {
      const names = { email: " ann@board.example ", firstName: "Ann", lastName: "" };
      const answer = await request("/api/auth/register", {
        json: { username: " Ann ", password, ...names, role: "admin" },
      });
      const { user, ...tokens } = answer.json;
      assert.deepEqual(user, {
        id: user.id,
        username: "ann",
        email: "ann@board.example",
        firstName: "Ann",
        lastName: null,
        first_name: "Ann",
        last_name: null,
      });
      assert.deepEqual(Object.keys(tokens), ["accessToken", "refreshToken", "expiresIn"]);
      assert.deepEqual(cookiesOf(answer), {});
      assert.match(answer.headers.get("cache-control") ?? "", /no-store/);
      return answer;
    },
    async "400 invalid_body names the field"({ request }) {
      const faults = [
        [{ username: "a" }, /^username: /],
        [{ password: "short" }, /^password: Use at least 8/],
        [{ password: "x".repeat(129) }, /^password: Use at most 128/],
        [{ password: "password" }, /^password: .*most common/],
        [{ password: "newcomer1" }, /^password: .*too easy to guess/],
        [{ email: "nonsense" }, /^email: /],
        [{ firstName: "a\u0000" }, /^firstName: /],
      ] as const;
      for (const [fault, detail] of faults) {
        const { status, json } = await request("/api/auth/register", {
          json: { ...newcomer, ...fault },
        });
        assert.equal(status, 400);
        assert.match(json.detail, detail);
      }
      return await request("/api/auth/register", { json: {} });
    },
    async "409 username_taken however the name is typed"({ request, signUp }) {
      const { username } = await signUp();
      return await request("/api/auth/register", {
        json: { username: username.toUpperCase(), password },
      });
    },
    async "403 registration_closed where new accounts are not taken"() {
      await using app = await createTestApp({ auth: { registration: "closed" } });
      return await app.request("/api/auth/register", { json: newcomer });
    },
    async "403 invalid_invite for an invitation that was used, and without one"() {
      await using app = await createTestApp({ auth: { registration: "invite" } });
      const { store, clock } = app.deps;
      const invite = await issueInvite({ store, clock });
      const register = (json: unknown) => app.request("/api/auth/register", { json });
      assert.equal((await register(newcomer)).status, 403);
      assert.equal((await register({ ...newcomer, invite })).status, 201);
      return await register({ ...newcomer, username: "another", invite });
    },
    async "429 rate_limited past the registrations of an hour from one address"() {
      await using app = await createTestApp({ auth: { registrationsPerHour: 1 } });
      await app.signUp();
      return await app.request("/api/auth/register", { json: newcomer });
    },
    "503 unavailable while the queue of passwords is full": (app) =>
      app.withFullPasswordQueue(() => app.request("/api/auth/register", { json: newcomer })),
    "503 unavailable while the store does not answer": (app) =>
      app.withoutStore(() => app.request("/api/auth/register", { json: newcomer })),
  },
});

const login = (app: TestApp, json: unknown) => app.request("/api/auth/login", { json });

testRoute("POST /api/auth/login", {
  sample: { json: newcomer },
  cases: {
    async "200 signs in, without a cookie"(app) {
      const { username, userId } = await app.signUp();
      const answer = await login(app, { username: username.toUpperCase(), password });
      assert.equal(answer.json.user.id, userId);
      assert.equal(answer.json.expiresIn, 900);
      const me = await app.request("/api/me", { token: answer.json.accessToken });
      assert.equal(me.json.username, username);
      assert.deepEqual(cookiesOf(answer), {});
      assert.match(answer.headers.get("cache-control") ?? "", /no-store/);
      return answer;
    },
    "400 invalid_body without a password": (app) => login(app, { username: "someone" }),
    async "401 invalid_credentials for a wrong password and for an unknown name alike"(app) {
      const { username } = await app.signUp();
      const wrong = await login(app, { username, password: "not this one" });
      const unknown = await login(app, newcomer);
      assert.equal(unknown.text, wrong.text);
      return wrong;
    },
    async "429 rate_limited after 10 failures, even with the right password"(app) {
      const { username } = await app.signUp();
      for (let failures = 0; failures < 10; failures++) {
        await login(app, { username, password: "not this one" });
      }
      return await login(app, { username, password });
    },
    "503 unavailable while the queue of passwords is full": (app) =>
      app.withFullPasswordQueue(() => login(app, newcomer)),
    "503 unavailable while the store does not answer": (app) =>
      app.withoutStore(() => login(app, newcomer)),
  },
});

const refresh = (app: TestApp, json: unknown = {}) => app.request("/api/auth/refresh", { json });

testRoute("POST /api/auth/refresh", {
  sample: { json: { refreshToken: "none" } },
  cases: {
    async "200 by body: a new pair, without a cookie"(app) {
      const { refreshToken } = await app.signUp();
      const answer = await refresh(app, { refreshToken });
      assert.deepEqual(Object.keys(answer.json), ["accessToken", "refreshToken", "expiresIn"]);
      assert.notEqual(answer.json.refreshToken, refreshToken);
      assert.deepEqual(cookiesOf(answer), {});
      return answer;
    },
    async "200 by cookie: new cookies and a token for /ws, never a refresh token"(app) {
      const { username, cookie } = await app.signUp();
      const answer = await app.request("/api/auth/refresh", { method: "POST", cookie });
      assert.deepEqual(Object.keys(answer.json), ["expiresIn", "socketToken"]);
      assert.deepEqual(Object.keys(cookiesOf(answer)), ["qb_access", "qb_refresh"]);
      const identity = await app.deps.auth.verifySocket(answer.json.socketToken);
      assert.equal(identity?.username, username);
      return answer;
    },
    "400 invalid_body for a token that is not text": (app) => refresh(app, { refreshToken: 5 }),
    "401 invalid_token without a token": (app) => refresh(app),
    async "401 invalid_token of an ended session, and its cookies go"(app) {
      const { cookie, token } = await app.signUp();
      await app.request("/api/auth/logout", { method: "POST", token });
      const answer = await app.request("/api/auth/refresh", { method: "POST", cookie });
      assertCookiesGone(answer);
      return answer;
    },
    async "503 unavailable while the store does not answer"(app) {
      const { refreshToken } = await app.signUp();
      return await app.withoutStore(() => refresh(app, { refreshToken }));
    },
  },
});

testRoute("POST /api/auth/logout", {
  cases: {
    async "204 ends the session of the token"({ request, signUp }) {
      const { token } = await signUp();
      const answer = await request("/api/auth/logout", { method: "POST", token });
      assert.equal((await request("/api/me", { token })).status, 401);
      return answer;
    },
    async "204 ends the session of the refresh cookie where the access cookie has expired"(app) {
      const { refreshToken } = await app.signUp();
      const answer = await app.request("/api/auth/logout", {
        method: "POST",
        cookie: `qb_refresh=${refreshToken}`,
      });
      assert.equal((await refresh(app, { refreshToken })).status, 401);
      assertCookiesGone(answer);
      return answer;
    },
  },
});
