// The end of sessions across instances: one instance ends a session, the other closes its sockets and refuses its tokens.

import assert from "node:assert/strict";
import { call, openLive, register, type Tokens } from "../support/api_client.ts";
import { startPostgres } from "../support/postgres.ts";
import { startGateway, startRedis } from "../support/redis.ts";
import { startServer } from "../support/server.ts";

const password = "a long enough one";

Deno.test("a session that ends on one instance ends on the other too", async (t) => {
  await using postgres = await startPostgres();
  await using redis = await startRedis();
  await using gateway = await startGateway({ redisUrl: redis.url });
  const env = {
    DATABASE_URL: postgres.url,
    UPSTASH_REDIS_REST_URL: gateway.url,
    UPSTASH_REDIS_REST_TOKEN: gateway.token,
  };
  // One after the other, because the first one creates the signing keys and the demo users.
  await using here = await startServer({ env });
  await using there = await startServer({ env: { ...env, ROLE: "web" } });

  const signIn = async (username: string): Promise<Tokens> =>
    (await call(`${here.url}/api/auth/login`, { json: { username, password } })).body;
  const openThere = async (token: string) => {
    const socket = await openLive(there.url);
    socket.send({ type: "auth", token });
    await socket.next("watchlist");
    return socket;
  };
  const statusThere = async (token: string) =>
    (await call(`${there.url}/api/me`, { token })).status;
  const refresh = (refreshToken: string, url = here.url) =>
    call(`${url}/api/auth/refresh`, { json: { refreshToken } });

  await t.step("an old refresh token that is used again after later ones", async () => {
    const { accessToken, refreshToken } = await register(here.url);
    const socket = await openThere(accessToken);
    let latest = refreshToken;
    for (let rotation = 0; rotation < 6; rotation++) {
      latest = (await refresh(latest)).body.refreshToken;
    }
    assert.equal(await statusThere(accessToken), 200);

    assert.equal((await refresh(refreshToken)).status, 401);
    assert.equal((await socket.closed).code, 4501);
    assert.equal(await statusThere(accessToken), 401);
    for (const { url } of [here, there]) assert.equal((await refresh(latest, url)).status, 401);
  });

  await t.step("a password change, for all sessions except the present one", async () => {
    const { username, accessToken: token } = await register(here.url);
    const other = await signIn(username);
    const [kept, ended] = [await openThere(token), await openThere(other.accessToken)];
    const json = { oldPassword: password, newPassword: "an even longer one" };
    const { status } = await call(`${here.url}/api/account/password`, { json, token });
    assert.equal(status, 204);
    assert.equal((await ended.closed).code, 4501);
    assert.deepEqual([await statusThere(token), await statusThere(other.accessToken)], [200, 401]);
    kept.send({ type: "subscribe", tickers: ["AAPL"] });
    await kept.next("snapshot");
    kept.close();
  });

  await t.step("the deletion of the account", async () => {
    const { username, accessToken: token } = await register(here.url);
    const other = await signIn(username);
    const sockets = [await openThere(token), await openThere(other.accessToken)];
    const options = { method: "DELETE", json: { password }, token };
    assert.equal((await call(`${here.url}/api/account`, options)).status, 204);
    for (const socket of sockets) assert.equal((await socket.closed).code, 4501);
    for (const { accessToken } of [{ accessToken: token }, other]) {
      assert.equal(await statusThere(accessToken), 401);
    }
  });

  await t.step("an instance that starts later knows all ended sessions", async () => {
    const { accessToken: token } = await register(here.url);
    const options = { method: "DELETE", json: { password }, token };
    await call(`${here.url}/api/account`, options);
    await using late = await startServer({ env: { ...env, ROLE: "web" } });
    assert.equal((await call(`${late.url}/api/me`, { token })).status, 401);
    assert.equal((await call(`${late.url}/api/sessions`, { token })).status, 401);
  });
});
