// The account as its owner uses it, over the API and with the page's forms, against a real server process.

import assert from "node:assert/strict";
import { type Answer, call, openLive, register, type Tokens } from "../support/api_client.ts";
import { createFormClient } from "../support/form_client.ts";
import { startServer } from "../support/server.ts";

const password = "a long enough one";
const chosen = "an even longer one";

Deno.test("the account over the API", async (t) => {
  await using server = await startServer();
  const { url } = server;
  const signIn = async (username: string, headers = {}): Promise<Tokens> => {
    const answer = await call(`${url}/api/auth/login`, { json: { username, password }, headers });
    assert.equal(answer.status, 200);
    return answer.body;
  };
  const statusOfMe = async (token: string) => (await call(`${url}/api/me`, { token })).status;
  const openSocket = async (token: string) => {
    const socket = await openLive(url);
    socket.send({ type: "auth", token });
    await socket.next("watchlist");
    return socket;
  };

  await t.step("lists where the user is signed in, and marks the present session", async () => {
    const { username, accessToken } = await register(url);
    await signIn(username, { "user-agent": "Board/2.0" });
    const { status, body } = await call(`${url}/api/sessions`, { token: accessToken });
    assert.equal(status, 200);
    assert.equal(body.length, 2);
    for (const session of body) {
      const names = ["createdAt", "current", "id", "lastUsedAt", "userAgent"];
      assert.deepEqual(Object.keys(session).sort(), names);
      assert.equal(new Date(session.lastUsedAt).toISOString(), session.lastUsedAt);
    }
    const present = body.filter((session: { current: boolean }) => session.current);
    assert.equal(present.length, 1);
    assert.notEqual(present[0].userAgent, "Board/2.0");
    assertProblem(await call(`${url}/api/sessions`), 401, "invalid_token");
  });

  await t.step("ends another session: its tokens are refused, its sockets close", async () => {
    const { username, accessToken: token } = await register(url);
    const other = await signIn(username);
    const socket = await openSocket(other.accessToken);
    const { body } = await call(`${url}/api/sessions`, { token });
    const { id } = body.find((session: { current: boolean }) => !session.current);
    // A UUID may be written in upper or lower case.
    const path = `/api/sessions/${id.toUpperCase()}`;
    assert.equal((await call(url + path, { method: "DELETE", token })).status, 204);
    assert.equal((await socket.closed).code, 4501);
    assert.equal(await statusOfMe(other.accessToken), 401);
    const { refreshToken } = other;
    const refreshed = await call(`${url}/api/auth/refresh`, { json: { refreshToken } });
    assertProblem(refreshed, 401, "invalid_token");
    assert.equal(await statusOfMe(token), 200);

    const stranger = await register(url);
    const [theirs] = (await call(`${url}/api/sessions`, { token: stranger.accessToken })).body;
    for (const unknown of [id, theirs.id, "nonsense"]) {
      const answer = await call(`${url}/api/sessions/${unknown}`, { method: "DELETE", token });
      assertProblem(answer, 404, "unknown_session");
    }
    assert.equal(await statusOfMe(stranger.accessToken), 200);
  });

  await t.step("signs out everywhere", async () => {
    const { username, accessToken: token } = await register(url);
    const other = await signIn(username);
    const socket = await openSocket(other.accessToken);
    assert.equal((await call(`${url}/api/sessions`, { method: "DELETE", token })).status, 204);
    assert.equal((await socket.closed).code, 4501);
    assert.deepEqual([await statusOfMe(token), await statusOfMe(other.accessToken)], [401, 401]);
    assert.ok(await signIn(username));
  });

  await t.step("changes the password with the old one, and ends all other sessions", async () => {
    const { username, accessToken: token, refreshToken } = await register(url);
    const other = await signIn(username);
    const [here, elsewhere] = [await openSocket(token), await openSocket(other.accessToken)];
    const change = (json: unknown) => call(`${url}/api/account/password`, { json, token });

    const wrong = await change({ oldPassword: "not this one", newPassword: chosen });
    assertProblem(wrong, 401, "invalid_credentials");
    for (
      const newPassword of ["short", "password", "x".repeat(129), `${username}!`, 5, undefined]
    ) {
      assertProblem(await change({ oldPassword: password, newPassword }), 400, "invalid_body");
    }
    assert.equal(await statusOfMe(other.accessToken), 200);

    const { status } = await change({ oldPassword: password, newPassword: chosen });
    assert.equal(status, 204);
    assert.equal((await elsewhere.closed).code, 4501);
    assert.deepEqual([await statusOfMe(token), await statusOfMe(other.accessToken)], [200, 401]);
    here.send({ type: "subscribe", tickers: ["AAPL"] });
    await here.next("snapshot");
    here.close();
    const refreshed = await call(`${url}/api/auth/refresh`, { json: { refreshToken } });
    assert.equal(refreshed.status, 200);
    const login = (password: string) =>
      call(`${url}/api/auth/login`, { json: { username, password } });
    assertProblem(await login(password), 401, "invalid_credentials");
    assert.equal((await login(chosen)).status, 200);
  });

  await t.step("counts wrong passwords of a password change like those of a sign-in", async () => {
    const { username, accessToken: token } = await register(url);
    const json = { oldPassword: "wrong", newPassword: chosen };
    for (let failures = 0; failures < 10; failures++) {
      const answer = await call(`${url}/api/account/password`, { json, token });
      assertProblem(answer, 401, "invalid_credentials");
    }
    const limited = [
      await call(`${url}/api/account/password`, { json, token }),
      await call(`${url}/api/account`, { method: "DELETE", json: { password }, token }),
      await call(`${url}/api/auth/login`, { json: { username, password } }),
    ];
    for (const answer of limited) {
      assertProblem(answer, 429, "rate_limited");
      assert.ok(Number(answer.headers.get("retry-after")) > 0);
    }
  });

  await t.step("exports all stored data, and no secret", async () => {
    const { username, accessToken: token, refreshToken } = await register(url);
    await call(`${url}/api/watchlist`, { json: { ticker: "AAPL" }, token });
    const { status, headers, body } = await call(`${url}/api/account/export`, { token });
    assert.equal(status, 200);
    const disposition = `attachment; filename="quoteboard-${username}.json"`;
    assert.equal(headers.get("content-disposition"), disposition);
    assert.equal(headers.get("cache-control"), "no-store, no-transform");
    assert.equal(body.user.username, username);
    assert.deepEqual(body.watchlists, [{ name: "My watchlist", tickers: ["AAPL"] }]);
    assert.equal(body.sessions.length, 1);
    const text = JSON.stringify(body);
    assert.doesNotMatch(text, /argon|hash|token|rotationKey/i);
    for (const secret of [token, refreshToken, refreshToken.split(".")[0]!]) {
      assert.ok(!text.includes(secret));
    }
  });

  await t.step("deletes the account with the password, immediately and completely", async () => {
    const { username, accessToken: token, refreshToken } = await register(url);
    const socket = await openSocket(token);
    const remove = (json: unknown) => call(`${url}/api/account`, { method: "DELETE", json, token });
    assertProblem(await remove({ password: "not this one" }), 401, "invalid_credentials");
    assertProblem(await remove({}), 400, "invalid_body");
    assert.equal(await statusOfMe(token), 200);

    assert.equal((await remove({ password })).status, 204);
    assert.equal((await socket.closed).code, 4501);
    for (const path of ["/api/me", "/api/watchlist", "/api/sessions", "/api/account/export"]) {
      assertProblem(await call(url + path, { token }), 401, "invalid_token");
    }
    const refreshed = await call(`${url}/api/auth/refresh`, { json: { refreshToken } });
    assertProblem(refreshed, 401, "invalid_token");
    const json = { username, password };
    const login = await call(`${url}/api/auth/login`, { json });
    assertProblem(login, 401, "invalid_credentials");
    const again = await call(`${url}/api/auth/register`, { json });
    assert.equal(again.status, 201);
    const list = await call(`${url}/api/watchlist`, { token: again.body.accessToken });
    assert.deepEqual(list.body, []);
  });

  await t.step("ignores fields that are not offered", async () => {
    const id = crypto.randomUUID();
    const more = { id, createdAt: 0, passwordHash: "x", role: "admin", user: { id } };
    const username = `more_${id.slice(0, 8)}`;
    const { body } = await call(`${url}/api/auth/register`, {
      json: { username, password, ...more },
    });
    assert.notEqual(body.user.id, id);
    assert.equal("role" in body.user, false);
    const exported = await call(`${url}/api/account/export`, { token: body.accessToken });
    assert.ok(Date.parse(exported.body.user.createdAt) > Date.now() - 60_000);
    assert.equal(
      (await call(`${url}/api/auth/login`, { json: { username, password } })).status,
      200,
    );
  });

  await t.step("documents each of these routes", async () => {
    const { paths } = (await call(`${url}/api/openapi.json`)).body;
    const routes = {
      "/api/sessions": ["delete", "get"],
      "/api/sessions/{id}": ["delete"],
      "/api/account": ["delete"],
      "/api/account/password": ["post"],
      "/api/account/export": ["get"],
    };
    for (const [path, methods] of Object.entries(routes)) {
      assert.deepEqual(Object.keys(paths[path] ?? {}).sort(), methods, path);
    }
  });

  await t.step("logs no secret", () => {
    assert.doesNotMatch(server.output(), /eyJ|long enough|even longer|argon2/);
  });
});

Deno.test("the account by the page's forms, without JavaScript", async (t) => {
  await using server = await startServer();
  const { url } = server;
  async function signedIn(username?: string) {
    const name = username ?? `form_${crypto.randomUUID().slice(0, 8)}`;
    const browser = createFormClient(url);
    const path = username === undefined ? "/register" : "/login";
    const { status } = await browser.post(path, { username: name, password });
    assert.equal(status, 303);
    return { username: name, browser };
  }

  await t.step("shows the user, the devices, and which one is this device", async () => {
    const { username, browser } = await signedIn();
    const { status, text, headers } = await browser.get("/account");
    assert.equal(status, 200);
    assert.match(headers.get("cache-control") ?? "", /no-store/);
    for (const part of [username, "This device", "Deno", "Sign out everywhere"]) {
      assert.ok(text.includes(part), part);
    }
  });

  await t.step("changes the password, or shows the reason beside the field", async () => {
    const { username, browser } = await signedIn();
    const elsewhere = (await signedIn(username)).browser;
    const change = (fields: Record<string, string>) =>
      browser.post("/account", { action: "change-password", ...fields });

    const wrong = await change({ oldPassword: "wrong", newPassword: chosen });
    assert.equal(wrong.status, 401);
    assert.match(wrong.text, /id="oldPassword-error">The present password is wrong\./);
    const short = await change({ oldPassword: password, newPassword: "short" });
    assert.equal(short.status, 400);
    assert.match(short.text, /id="newPassword-error">Use at least 8 characters\./);
    assert.equal((await elsewhere.get("/account")).status, 200);

    const done = await change({ oldPassword: password, newPassword: chosen });
    assert.deepEqual([done.status, done.location], [303, "/account?password-changed"]);
    assert.match((await browser.get(done.location!)).text, /Your password is changed/);
    const { status, location } = await elsewhere.get("/account");
    assert.deepEqual([status, location], [303, "/login"]);
  });

  await t.step("signs out another device of the user, and none of another user", async () => {
    const { username, browser } = await signedIn();
    const elsewhere = (await signedIn(username)).browser;
    const stranger = await register(url);
    const [theirs] = (await call(`${url}/api/sessions`, { token: stranger.accessToken })).body;
    const refused = await browser.post("/account", { action: "end-session", session: theirs.id });
    assert.equal(refused.status, 404);
    assert.match(refused.text, /role="alert"/);

    const { text } = await browser.get("/account");
    const [, session = ""] = /name="session" value="([^"]+)"/.exec(text) ?? [];
    const done = await browser.post("/account", { action: "end-session", session });
    assert.deepEqual([done.status, done.location], [303, "/account?session-ended"]);
    assert.equal((await elsewhere.get("/account")).status, 303);
    assert.doesNotMatch((await browser.get("/account")).text, /name="session"/);
  });

  await t.step("signs out everywhere", async () => {
    const { username, browser } = await signedIn();
    const elsewhere = (await signedIn(username)).browser;
    const done = await browser.post("/account", { action: "sign-out-everywhere" });
    assert.deepEqual([done.status, done.location], [303, "/login?signed-out-everywhere"]);
    assert.match((await browser.get(done.location!)).text, /signed out on all devices/);
    assert.equal(browser.cookie(), "");
    assert.equal((await elsewhere.get("/account")).location, "/login");
  });

  await t.step("offers the data as a file", async () => {
    const { username, browser } = await signedIn();
    const { headers, text } = await browser.get("/account/export");
    assert.match(headers.get("content-disposition") ?? "", /^attachment; filename="quoteboard-/);
    assert.equal(headers.get("cache-control"), "no-store");
    assert.equal(JSON.parse(text).user.username, username);
  });

  await t.step("deletes the account, or shows the reason beside the field", async () => {
    const { username, browser } = await signedIn();
    const wrong = await browser.post("/account", { action: "delete", password: "wrong" });
    assert.equal(wrong.status, 401);
    assert.match(wrong.text, /<details[^>]* open.*id="password-error">/);
    const done = await browser.post("/account", { action: "delete", password });
    assert.deepEqual([done.status, done.location], [303, "/login?deleted"]);
    assert.match((await browser.get(done.location!)).text, /is deleted/);
    assert.equal(browser.cookie(), "");
    const again = await createFormClient(url).post("/login", { username, password });
    assert.equal(again.status, 401);
  });

  await t.step(
    "refuses changes from another site's page, and unknown ones",
    async () => {
      const { browser } = await signedIn();
      const forged: Record<string, string>[] = [
        { "sec-fetch-site": "cross-site" },
        { "sec-fetch-site": "same-site" },
        { "sec-fetch-site": "cross-site", origin: url },
      ];
      for (const headers of forged) {
        for (const action of ["delete", "sign-out-everywhere", "change-password"]) {
          const fields = { action, password, oldPassword: password, newPassword: chosen };
          const { status } = await browser.post("/account", fields, headers);
          assert.equal(status, 403);
        }
      }
      for (const action of ["nonsense", "__proto__", ""]) {
        assert.equal((await browser.post("/account", { action })).status, 400);
      }
      assert.equal((await browser.get("/account")).status, 200);
    },
  );

  await t.step("changes nothing for a GET, whatever its query says", async () => {
    const { browser } = await signedIn();
    for (const action of ["sign-out", "sign-out-everywhere", "delete"]) {
      await browser.get(`/account?action=${action}&password=${encodeURIComponent(password)}`);
    }
    for (const path of ["/api/auth/logout", "/api/account", "/api/auth/login", "/reset?token=x"]) {
      assert.ok((await browser.get(path)).status >= 400, path);
    }
    await browser.get("/watchlist?ticker=AAPL&remove=AAPL");
    const { status, text } = await browser.get("/account/export");
    assert.equal(status, 200);
    assert.deepEqual(JSON.parse(text).watchlists[0].tickers, []);
  });

  await t.step("redirects only to its own pages", async () => {
    const { username, browser } = await signedIn();
    const evil = "next=https://evil.example&redirect=//evil.example&return_to=//evil.example";
    const answers = [
      await createFormClient(url).post(`/login?${evil}`, { username, password }),
      await browser.get(`/login?${evil}`),
      await browser.post(`/account?${evil}`, { action: "sign-out" }),
      await createFormClient(url).get(`/watchlist?${evil}`),
    ];
    for (const { status, location } of answers) {
      assert.equal(status, 303);
      assert.match(location ?? "", /^\/(watchlist|login(\?signed-out)?)$/);
    }
  });

  await t.step("shows no account page to a visitor", async () => {
    const stranger = createFormClient(url);
    for (const path of ["/account", "/account/export"]) {
      assert.equal((await stranger.get(path)).location, "/login");
    }
    const { location } = await stranger.post("/account", { action: "delete", password });
    assert.match(location ?? "", /^\/login/);
  });
});

function assertProblem(answer: Answer, status: number, code: string) {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  assert.equal(answer.body.code, code);
}
