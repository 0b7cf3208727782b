// Several lists over the HTTP API and the live socket, as an outside client uses them, against a real server process.

import assert from "node:assert/strict";
import { type Answer, call, type CallOptions, openLive, register } from "../support/api_client.ts";
import { createFormClient } from "../support/form_client.ts";
import { startServer } from "../support/server.ts";

Deno.test("several lists over the API", async (t) => {
  await using server = await startServer();
  const { url } = server;

  await t.step("a list is created, read, renamed, moved to the front and deleted", async () => {
    const lists = await listsOfNewUser(url);
    const [first] = (await lists()).body;
    assert.deepEqual([first.name, first.version, first.tickers], ["My watchlist", 1, []]);

    const made = await lists("", { json: { name: "  Cafe\u0301 & Chips " } });
    assert.equal(made.status, 201);
    const { id } = made.body;
    assert.deepEqual(made.body, { id, name: "Café & Chips", version: 1, tickers: [] });
    assert.equal(made.headers.get("location"), `/api/watchlists/${id}`);
    assert.equal(made.headers.get("etag"), `"${id}:1"`);
    assert.deepEqual((await lists()).body, [first, made.body]);

    const renamed = await lists(`/${id}`, { method: "PATCH", json: { name: "Chips" } });
    assert.deepEqual(renamed.body, { id, name: "Chips", version: 2, tickers: [] });
    assert.equal(renamed.headers.get("etag"), `"${id}:2"`);
    const moved = await lists(`/${id}`, { method: "PATCH", json: { name: "Top", position: 0 } });
    assert.deepEqual(moved.body, { id, name: "Top", version: 4, tickers: [] });
    assert.deepEqual((await lists()).body, [moved.body, first]);

    assert.equal((await lists(`/${id}`, { method: "DELETE" })).status, 204);
    assert.deepEqual((await lists()).body, [first]);
    assertProblem(await lists(`/${id}`, { method: "DELETE" }), 404, "unknown_list");
    assertProblem(await lists(`/${first.id}`, { method: "DELETE" }), 409, "last_list");
  });

  await t.step("/api/watchlist is always the first list", async () => {
    const lists = await listsOfNewUser(url);
    const { id } = (await lists("", { json: { name: "Other" } })).body;
    await lists(`/${id}/items`, { json: { ticker: "KO" } });
    assert.deepEqual((await lists.first()).body, []);
    await lists(`/${id}`, { method: "PATCH", json: { position: 0 } });
    assert.deepEqual((await lists.first()).body.map((row: { ticker: string }) => row.ticker), [
      "KO",
    ]);
    assert.equal((await lists.first("", { json: { ticker: "T" } })).body.id, id);
  });

  await t.step(
    "a list addressed by id accepts the same requests as the first list, with the same answers",
    async () => {
      const lists = await listsOfNewUser(url);
      const { id } = (await lists("", { json: { name: "Chips" } })).body;
      const items = (path = "", options?: CallOptions) => lists(`/${id}/items${path}`, options);

      const added = await items("", { json: { ticker: " nvda " } });
      assert.equal(added.status, 201);
      assert.deepEqual(added.body, { id, version: 2, tickers: ["NVDA"] });
      assert.equal(added.headers.get("etag"), `"${id}:2"`);
      assert.equal((await items("", { json: { ticker: "NVDA" } })).status, 200);
      await items("", { json: { ticker: "AMD" } });
      const inserted = await items("", { json: { ticker: "KO", position: 0 } });
      assert.deepEqual(inserted.body.tickers, ["KO", "NVDA", "AMD"]);
      const moved = await items("/ko", { method: "PATCH", json: { position: 200 } });
      assert.deepEqual(moved.body, { id, version: 5, tickers: ["NVDA", "AMD", "KO"] });
      const ordered = await lists(`/${id}/order`, {
        method: "PUT",
        json: { tickers: ["KO", "AMD", "NVDA"] },
      });
      assert.deepEqual(ordered.body.tickers, ["KO", "AMD", "NVDA"]);
      const removed = await items("/KO", { method: "DELETE" });
      assert.deepEqual([removed.status, removed.headers.get("etag")], [204, `"${id}:7"`]);

      const { body: rows, headers } = await lists(`/${id}`);
      assert.equal(headers.get("etag"), `"${id}:7"`);
      assert.deepEqual(rows.map((row: { ticker: string }) => row.ticker), ["AMD", "NVDA"]);
      assert.match(rows[0].last_price, /^\d+\.\d{2,4}$/);

      assertProblem(await items("", { json: { ticker: "NOSUCH" } }), 404, "unknown_ticker");
      assertProblem(await items("", { json: { ticker: "KO", position: -1 } }), 400, "invalid_body");
      assertProblem(
        await items("", { json: { ticker: "KO", position: 201 } }),
        400,
        "invalid_body",
      );
      assertProblem(await items("/KO", { method: "DELETE" }), 404, "not_on_list");
      assertProblem(
        await items("/KO", { method: "PATCH", json: { position: 0 } }),
        404,
        "not_on_list",
      );
      assertProblem(
        await lists(`/${id}/order`, { method: "PUT", json: { tickers: ["AMD"] } }),
        409,
        "set_differs",
      );
    },
  );

  await t.step(
    "with If-Match, every change based on another version is refused",
    async () => {
      const lists = await listsOfNewUser(url);
      await lists.first("", { json: { ticker: "KO" } });
      const [{ id, version }] = (await lists()).body;
      for (const etag of [`"${id}:${version - 1}"`, `"${crypto.randomUUID()}:${version}"`, "x"]) {
        for (const [path, options] of changesOf(id)) {
          const answer = await lists(path, { ...options, headers: { "if-match": etag } });
          assertProblem(answer, 412, "version_differs");
        }
      }
      assert.equal((await lists()).body[0].version, version);
      const both = await lists(`/${id}`, {
        method: "PATCH",
        json: { name: "Both", position: 0 },
        headers: { "if-match": `"${id}:${version}"` },
      });
      assert.deepEqual([both.status, both.body.name, both.body.version], [
        200,
        "Both",
        version + 1,
      ]);
    },
  );

  await t.step("another user's list, and an invalid id, are an unknown list", async () => {
    const [owner, other] = [await listsOfNewUser(url), await listsOfNewUser(url)];
    await owner.first("", { json: { ticker: "KO" } });
    const [list] = (await owner()).body;
    const nonsense = ["first", "x", "%00", `${list.id}0`, crypto.randomUUID()];
    for (const id of [list.id, ...nonsense]) {
      for (const [path, options] of [...changesOf(id), ...readsOf(id)]) {
        assertProblem(await other(path, options), 404, "unknown_list");
        assertProblem(await call(`${url}/api/watchlists${path}`, options), 401, "invalid_token");
      }
    }
    assert.deepEqual((await owner()).body, [list]);
  });

  await t.step("a name has 1 to 60 visible characters", async () => {
    const lists = await listsOfNewUser(url);
    for (const name of ["", "  ", "x".repeat(61), "a\nb", "a\u0000", "\u200b", "\ud800", 7, null]) {
      assertProblem(await lists("", { json: { name } }), 400, "invalid_body");
    }
    for (const name of ["x".repeat(60), "😀".repeat(60), "0", "<script>"]) {
      assert.equal((await lists("", { json: { name } })).body.name, name);
    }
    const [{ id }] = (await lists()).body;
    assertProblem(await lists(`/${id}`, { method: "PATCH", json: {} }), 400, "invalid_body");
  });

  await t.step("8 clients that create lists at once get 50 lists in total", async () => {
    const lists = await listsOfNewUser(url);
    const statuses = (await Promise.all(Array.from({ length: 8 }, async (_, client) => {
      const answers: number[] = [];
      for (let count = 0; count < 8; count++) {
        const { status, body } = await lists("", { json: { name: `${client}.${count}` } });
        if (status === 409) assert.equal(body.code, "too_many_lists");
        answers.push(status);
      }
      return answers;
    }))).flat();
    assert.equal(statuses.filter((status) => status === 201).length, 49);
    assert.equal(statuses.filter((status) => status === 409).length, 15);
    assert.equal((await lists()).body.length, 50);
  });

  await t.step(
    "open sockets receive every change, and follow the next first list",
    async () => {
      const lists = await listsOfNewUser(url);
      const [one] = (await lists()).body;
      const two = (await lists("", { json: { name: "Two" } })).body;
      const [follower, chooser] = [await openLive(url), await openLive(url)];
      for (const live of [follower, chooser]) {
        live.send({ type: "auth", token: lists.token });
        assert.equal((await live.next("watchlist")).id, one.id);
      }
      chooser.send({ type: "follow", lists: [two.id] });
      assert.equal((await chooser.next("watchlist")).id, two.id);

      await lists(`/${two.id}/items`, { json: { ticker: "KO" } });
      assert.deepEqual((await chooser.next("watchlist")).tickers, ["KO"]);
      assert.equal((await chooser.next("snapshot")).quotes.length <= 1, true);
      await lists(`/${one.id}`, { method: "PATCH", json: { name: "One" } });
      assert.equal((await follower.next("watchlist")).name, "One");

      await lists(`/${two.id}`, { method: "PATCH", json: { position: 0 } });
      assert.equal((await follower.next("watchlist")).id, two.id);
      assert.equal((await chooser.next("watchlist")).version, 3);

      await lists(`/${two.id}`, { method: "DELETE" });
      assert.equal((await follower.next("watchlist")).id, one.id);
      assert.equal((await chooser.next("error")).code, "unknown_list");
      await lists.first("", { json: { ticker: "MSFT" } });
      assert.deepEqual((await follower.next("watchlist")).tickers, ["MSFT"]);
      follower.close();
      chooser.close();
    },
  );

  await t.step(
    "a failed page does not look as if the session had ended",
    async () => {
      const form = createFormClient(url);
      await form.post("/login", { username: "user1", password: "watchlist" });
      const unknownList = `/watchlist?list=${crypto.randomUUID()}`;
      const answers = [
        [404, await form.get(unknownList)],
        [404, await form.post(unknownList, { ticker: "KO" })],
        [413, await form.post("/watchlist", { action: "import", text: "x".repeat(70_000) })],
      ] as const;
      for (const [status, answer] of answers) {
        assert.equal(answer.status, status);
        assert.match(answer.text, /<nav aria-label="Site">.*Sign out/s);
      }
    },
  );

  await t.step("all routes are documented", async () => {
    const { paths } = (await call(`${url}/api/openapi.json`)).body;
    const described = Object.entries<object>(paths)
      .filter(([path]) => path.startsWith("/api/watchlists"))
      .map(([path, operations]) => `${path} ${Object.keys(operations).sort().join()}`);
    assert.deepEqual(described.sort(), [
      "/api/watchlists get,post",
      "/api/watchlists/{id} delete,get,patch",
      "/api/watchlists/{id}/export get",
      "/api/watchlists/{id}/import post",
      "/api/watchlists/{id}/items post",
      "/api/watchlists/{id}/items/{ticker} delete,patch",
      "/api/watchlists/{id}/order put",
    ]);
  });
});

function assertProblem(answer: Answer, status: number, code: string) {
  assert.deepEqual([answer.status, answer.body.code], [status, code]);
}

/** Calls as a new user, below /api/watchlists or, with `first`, below /api/watchlist. */
async function listsOfNewUser(url: string) {
  const { accessToken: token } = await register(url);
  const below = (base: string) => (path = "", options: CallOptions = {}) =>
    call(`${url}${base}${path}`, { ...options, token });
  return Object.assign(below("/api/watchlists"), { first: below("/api/watchlist"), token });
}

type Call = [path: string, options: CallOptions];

function changesOf(id: string): Call[] {
  return [
    [`/${id}`, { method: "PATCH", json: { name: "Theirs" } }],
    [`/${id}`, { method: "PATCH", json: { position: 0 } }],
    [`/${id}`, { method: "DELETE" }],
    [`/${id}/items`, { json: { ticker: "T" } }],
    [`/${id}/items/KO`, { method: "PATCH", json: { position: 0 } }],
    [`/${id}/items/KO`, { method: "DELETE" }],
    [`/${id}/order`, { method: "PUT", json: { tickers: ["KO"] } }],
    [`/${id}/import`, { body: "T" }],
  ];
}

function readsOf(id: string): Call[] {
  return [[`/${id}`, {}], [`/${id}/export`, {}]];
}
