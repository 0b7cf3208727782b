// The HTTP API as an outside client uses it, against a real server process.

import assert from "node:assert/strict";
import { type Answer, call, openLive, register } from "../support/api_client.ts";
import { startServer } from "../support/server.ts";

const decimal = /^\d+\.\d{2,4}$/;

function assertProblem(answer: Answer, status: number, code: string) {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  assert.match(answer.headers.get("content-type") ?? "", /^application\/problem\+json/);
  assert.equal(answer.body.code, code);
  assert.equal(answer.body.status, status);
  assert.equal(typeof answer.body.title, "string");
}

Deno.test("the HTTP API", async (t) => {
  await using server = await startServer();
  const { url } = server;

  await t.step("signs the demo users in, and gives JSON clients no cookie", async () => {
    for (const username of ["user1", "USER2"]) {
      const answer = await call(`${url}/api/auth/login`, {
        json: { username, password: "watchlist" },
      });
      assert.equal(answer.status, 200);
      assert.equal(answer.body.user.username, username.toLowerCase());
      assert.equal(answer.body.expiresIn, 900);
      assert.equal(answer.headers.getSetCookie().length, 0);
    }
    const viaPage = await call(`${url}/login`, {
      json: { username: "user1", password: "watchlist" },
    });
    assert.equal(viaPage.status, 200);
    assert.ok(viaPage.body.accessToken);
  });

  await t.step("gives a wrong password and an unknown user the same answer", async () => {
    const wrong = await call(`${url}/api/auth/login`, {
      json: { username: "user1", password: "not this one" },
    });
    const unknown = await call(`${url}/api/auth/login`, {
      json: { username: "nobody_here", password: "not this one" },
    });
    assertProblem(wrong, 401, "invalid_credentials");
    assert.deepEqual(unknown.body, wrong.body);
  });

  await t.step(
    "throttles wrong passwords for one account and says when to retry",
    async () => {
      const { username } = await register(url);
      for (let attempt = 0; attempt < 10; attempt++) {
        const answer = await call(`${url}/api/auth/login`, {
          json: { username, password: "wrong one" },
        });
        assertProblem(answer, 401, "invalid_credentials");
      }
      const refused = await call(`${url}/api/auth/login`, {
        json: { username, password: "a long enough one" },
      });
      assertProblem(refused, 429, "rate_limited");
      assert.ok(Number(refused.headers.get("retry-after")) > 0);
    },
  );

  await t.step("registers with validated fields, once per name", async () => {
    const json = {
      username: `Anna_${Date.now() % 1e6}`,
      password: "correct horse",
      email: "anna@example.com",
      firstName: "Anna",
      unknownMember: 1,
    };
    const created = await call(`${url}/api/auth/register`, { json });
    assert.equal(created.status, 201);
    assert.deepEqual(
      [created.body.user.username, created.body.user.first_name, created.body.user.lastName],
      [json.username.toLowerCase(), "Anna", null],
    );
    assertProblem(await call(`${url}/api/auth/register`, { json }), 409, "username_taken");

    const bad = [
      { ...json, username: "a" },
      { ...json, username: "with space" },
      { ...json, password: "short" },
      { ...json, password: "x".repeat(129) },
      { ...json, password: "password" },
      { ...json, email: "nonsense" },
      { ...json, username: 5 },
      {},
      [],
      null,
    ];
    for (const body of bad) {
      assertProblem(await call(`${url}/api/auth/register`, { json: body }), 400, "invalid_body");
    }
  });

  await t.step("says who is signed in, and refuses every other token", async () => {
    const { accessToken, username } = await register(url);
    const me = await call(`${url}/api/me`, { token: accessToken });
    assert.equal(me.status, 200);
    assert.equal(me.body.username, username);
    assert.deepEqual(
      Object.keys(me.body).sort(),
      ["email", "firstName", "first_name", "id", "lastName", "last_name", "username"],
    );

    const [header, payload] = accessToken.split(".");
    const none = btoa('{"alg":"none","typ":"at+jwt"}').replaceAll("=", "");
    for (
      const token of [
        "nonsense",
        `${header}.${payload}.`,
        `${none}.${payload}.`,
        accessToken.slice(0, -4) + "AAAA",
      ]
    ) {
      assertProblem(await call(`${url}/api/me`, { token }), 401, "invalid_token");
    }
    assertProblem(await call(`${url}/api/me`), 401, "invalid_token");
  });

  await t.step(
    "rotates refresh tokens, allows for two tabs, and revokes the session if an old token is used late",
    async () => {
      const first = await register(url);
      const rotate = (refreshToken: string) =>
        call(`${url}/api/auth/refresh`, { json: { refreshToken } });
      const second = await rotate(first.refreshToken);
      assert.equal(second.status, 200);
      assert.notEqual(second.body.refreshToken, first.refreshToken);
      assert.equal(second.headers.getSetCookie().length, 0);
      const again = await rotate(first.refreshToken);
      assert.deepEqual(again.body, second.body);
      assertProblem(await rotate("garbage"), 401, "invalid_token");
      assertProblem(
        await call(`${url}/api/auth/refresh`, { json: {} }),
        401,
        "invalid_token",
      );
    },
  );

  await t.step("signs out: tokens are refused after it, sockets close with 4501", async () => {
    const { accessToken, refreshToken } = await register(url);
    const live = await openLive(url);
    await live.next("hello");
    live.send({ type: "auth", token: accessToken });
    assert.ok((await live.next("hello")).user);
    const out = await call(`${url}/api/auth/logout`, { method: "POST", token: accessToken });
    assert.equal(out.status, 204);
    assert.equal((await live.closed).code, 4501);
    assertProblem(await call(`${url}/api/me`, { token: accessToken }), 401, "invalid_token");
    assertProblem(
      await call(`${url}/api/auth/refresh`, { json: { refreshToken } }),
      401,
      "invalid_token",
    );
  });

  await t.step("searches securities", async () => {
    const apple = await call(`${url}/api/securities?query=apple`);
    assert.equal(apple.status, 200);
    assert.deepEqual(Object.keys(apple.body[0]).sort(), [
      "currency",
      "exchange",
      "kind",
      "name",
      "priceable",
      "ticker",
    ]);
    assert.equal(apple.body[0].ticker, "AAPL");
    assert.equal((await call(`${url}/api/securities/?query=a&limit=3`)).body.length, 3);
    assert.deepEqual((await call(`${url}/api/securities?query=%20`)).body, []);
    assert.deepEqual((await call(`${url}/api/securities`)).body, []);
    assert.deepEqual((await call(`${url}/api/securities?query=zzzzqq`)).body, []);
    assertProblem(await call(`${url}/api/securities?query=a&limit=51`), 400, "invalid_query");
    assertProblem(await call(`${url}/api/securities?query=a&limit=x`), 400, "invalid_query");
  });

  await t.step("changes a list: add, order, remove, versions", async () => {
    const { accessToken: token } = await register(url);
    const list = `${url}/api/watchlist`;
    const empty = await call(list, { token });
    assert.deepEqual(empty.body, []);
    const etag = empty.headers.get("etag")!;
    assert.match(etag, /^"[0-9a-f-]{36}:\d+"$/);

    const added = await call(list, { json: { ticker: " aapl " }, token });
    assert.equal(added.status, 201);
    assert.deepEqual(added.body.tickers, ["AAPL"]);
    assert.equal(added.headers.get("etag"), `"${added.body.id}:${added.body.version}"`);
    const again = await call(`${list}/`, { json: { ticker: "AAPL" }, token });
    assert.equal(again.status, 200);
    assert.equal(again.body.version, added.body.version);

    assertProblem(await call(list, { json: { ticker: "NOSUCH" }, token }), 404, "unknown_ticker");
    assertProblem(
      await call(list, { json: { ticker: "not a ticker!" }, token }),
      404,
      "unknown_ticker",
    );
    assertProblem(await call(list, { json: { ticker: 7 }, token }), 400, "invalid_body");
    assertProblem(await call(list, { json: {}, token }), 400, "invalid_body");
    assertProblem(
      await call(list, { json: { ticker: "MSFT" }, token, headers: { "if-match": etag } }),
      412,
      "version_differs",
    );

    const msft = await call(list, {
      json: { ticker: "MSFT" },
      token,
      headers: { "if-match": added.headers.get("etag")! },
    });
    assert.equal(msft.status, 201);
    assert.ok(msft.body.version > added.body.version);

    const ordered = await call(`${list}/order`, {
      method: "PUT",
      json: { tickers: ["MSFT", "AAPL"] },
      token,
    });
    assert.deepEqual(ordered.body.tickers, ["MSFT", "AAPL"]);
    for (const tickers of [["MSFT"], ["MSFT", "AAPL", "AAPL"], ["MSFT", "TSLA"]]) {
      assertProblem(
        await call(`${list}/order`, { method: "PUT", json: { tickers }, token }),
        409,
        "set_differs",
      );
    }

    const { body: [row] } = await call(list, { token });
    assert.equal(row.ticker, "MSFT");
    assert.match(row.name, /Microsoft/);
    assert.match(row.last_price, decimal);
    assert.match(row.previous_close, decimal);
    assert.ok(Math.abs(Date.now() - Date.parse(row.last_updated)) < 60_000);
    assert.equal(row.session, "open");
    assert.equal(row.stale, false);

    assert.equal((await call(`${list}/aapl`, { method: "DELETE", token })).status, 204);
    assertProblem(await call(`${list}/AAPL`, { method: "DELETE", token }), 404, "not_on_list");
    assertProblem(await call(list), 401, "invalid_token");
  });

  await t.step("shows nobody another user's list", async () => {
    const [one, two] = [await register(url), await register(url)];
    await call(`${url}/api/watchlist`, { json: { ticker: "AAPL" }, token: one.accessToken });
    assert.deepEqual((await call(`${url}/api/watchlist`, { token: two.accessToken })).body, []);
    const etag = (await call(`${url}/api/watchlist`, { token: one.accessToken })).headers.get(
      "etag",
    )!;
    assertProblem(
      await call(`${url}/api/watchlist`, {
        json: { ticker: "MSFT" },
        token: two.accessToken,
        headers: { "if-match": etag },
      }),
      412,
      "version_differs",
    );
  });

  await t.step("answers quotes for polling clients", async () => {
    const answer = await call(`${url}/api/quotes?tickers=nvda,AMZN,NOSUCH`);
    assert.equal(answer.status, 200);
    assert.ok(answer.body.epoch > 0 && answer.body.seq > 0 && answer.body.at > 0);
    assert.deepEqual(Object.keys(answer.body.quotes).sort(), ["AMZN", "NVDA"]);
    assert.match(answer.body.quotes.NVDA.price, decimal);
    assert.equal(answer.body.quotes.NVDA.source, "simulated");
    const series = await call(`${url}/api/quotes/series?tickers=nvda,NOSUCH`);
    assert.deepEqual(Object.keys(series.body), ["NVDA"]);
    const { points: [[at, price]], low, high } = series.body.NVDA;
    assert.ok(at > 0);
    for (const text of [price, low, high]) assert.match(text, decimal);
    const tooMany = Array.from({ length: 201 }, (_, i) => `T${i}`).join(",");
    assertProblem(await call(`${url}/api/quotes?tickers=${tooMany}`), 400, "invalid_query");

    const shareClass = await call(`${url}/api/securities/brk-b`);
    assert.equal(shareClass.body.ticker, "BRK.B");
    const nvda = await call(`${url}/api/securities/nvda/`);
    assert.equal(nvda.body.ticker, "NVDA");
    assert.match(nvda.body.last_price, decimal);
    assertProblem(await call(`${url}/api/securities/NOSUCH`), 404, "unknown_ticker");
  });

  await t.step("refuses invalid requests, each with its code", async () => {
    const login = `${url}/api/auth/login`;
    const jsonType = { "content-type": "application/json" };
    assertProblem(await call(login, { body: "{", headers: jsonType }), 400, "bad_request");
    assertProblem(
      await call(login, { body: "a=b", headers: { "content-type": "text/plain" } }),
      415,
      "unsupported_media_type",
    );
    assertProblem(
      await call(login, { body: `"${"x".repeat(70_000)}"`, headers: jsonType }),
      413,
      "body_too_large",
    );
    assertProblem(await call(`${url}/api/nothing`), 404, "not_found");
    const wrongMethod = await call(`${url}/api/auth/login/`, { method: "PUT" });
    assertProblem(wrongMethod, 405, "method_not_allowed");
    assert.equal(wrongMethod.headers.get("allow"), "POST");
    const deep = "[".repeat(30_000) + "]".repeat(30_000);
    assert.equal((await call(login, { body: deep, headers: jsonType })).status, 400);
  });

  await t.step("refuses state changes from another site's page", async () => {
    const login = `${url}/api/auth/login`;
    const json = { username: "user1", password: "watchlist" };
    const foreign = { origin: "https://evil.example" };
    assertProblem(await call(login, { json, headers: foreign }), 403, "forbidden_origin");
    assertProblem(
      await call(login, { json, headers: { "sec-fetch-site": "cross-site" } }),
      403,
      "forbidden_origin",
    );
    assert.equal((await call(login, { json, headers: { origin: url } })).status, 200);
  });

  await t.step("describes itself and its health", async () => {
    assert.equal((await call(`${url}/healthz`)).status, 200);
    assert.equal((await call(`${url}/readyz`)).status, 200);
    assert.match((await call(`${url}/metrics`)).body, /quoteboard_ticks_published_total/);
    const openapi = (await call(`${url}/api/openapi.json`)).body;
    assert.equal(openapi.openapi, "3.1.0");
    for (const path of ["/api/watchlist", "/api/auth/login", "/api/securities/{ticker}"]) {
      assert.ok(openapi.paths[path], path);
    }
    assert.match((await call(`${url}/api/docs`)).body, /swagger/i);
    const { keys } = (await call(`${url}/.well-known/jwks.json`)).body;
    assert.ok(keys.length > 0);
    assert.deepEqual([keys[0].crv, keys[0].d], ["Ed25519", undefined]);
  });

  await t.step("answers HEAD like GET without the body, and sends no wrong length", async () => {
    for (const path of ["/", "/login", "/healthz", "/api/openapi.json", "/api/nothing"]) {
      const [head, get] = await Promise.all(
        ["HEAD", "GET"].map((method) => fetch(`${url}${path}`, { method })),
      );
      assert.equal(head!.status, get!.status, path);
      assert.equal(head!.headers.get("content-type"), get!.headers.get("content-type"), path);
      const length = (await get!.arrayBuffer()).byteLength;
      assert.equal(head!.headers.get("content-length") ?? `${length}`, `${length}`, path);
      assert.equal(await head!.text(), "", path);
    }
  });

  await t.step("logs no secret", () => {
    assert.doesNotMatch(server.output(), /eyJ|watchlist"|a long enough one/);
  });
});
