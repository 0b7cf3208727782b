import assert from "node:assert/strict";
import { listsMax } from "../../../lib/watchlist.ts";
import type { TestApp } from "../../app_fixtures.ts";
import { testRoute } from "../route_fixtures.ts";
import {
  limitCase,
  sampleTickers,
  unknownListCases,
  versionCase,
  withList,
} from "./list_client_fixtures.ts";

const chips = { json: { name: "Chips" } };

/** A user with a second list, empty and called "Chips". */
async function withTwoLists(app: TestApp) {
  const user = await withList(app);
  const second = await app.deps.lists.create({ userId: user.userId, ...chips.json });
  const names = async () => (await app.deps.store.lists(user.userId)).map(({ name }) => name);
  return { ...user, second, names };
}

testRoute("GET /api/watchlists", {
  cases: {
    async "200 reads all lists in the user's order, without prices"(app) {
      const { send, list, second } = await withTwoLists(app);
      const answer = await send("GET /api/watchlists");
      assert.deepEqual(answer.json, [
        { id: list.id, version: list.version, tickers: sampleTickers, name: "My watchlist" },
        { id: second.id, version: 1, tickers: [], name: "Chips" },
      ]);
      return answer;
    },
    ...unknownListCases("GET /api/watchlists"),
  },
});

testRoute("POST /api/watchlists", {
  sample: chips,
  cases: {
    async "201 makes an empty list after the others, and Location is its address"(app) {
      const { send, token } = await withList(app);
      const answer = await send("POST /api/watchlists", { json: { name: "  Cafe\u0301 " } });
      const { id } = answer.json;
      assert.deepEqual(answer.json, { id, version: 1, tickers: [], name: "Café" });
      assert.equal(answer.headers.get("etag"), `"${id}:1"`);
      const location = answer.headers.get("location") ?? "";
      assert.equal(location, `/api/watchlists/${id}`);
      assert.equal((await app.request(location, { token })).status, 200);
      return answer;
    },
    async "400 invalid_body for a name that is blank, too long or unprintable"(app) {
      const { send } = await withList(app);
      for (const name of [" ", "x".repeat(61), "a\u0000b", 5]) {
        const { status, json } = await send("POST /api/watchlists", { json: { name } });
        assert.equal(status, 400, JSON.stringify(name));
        assert.match(json.detail, /^name: /);
      }
      return await send("POST /api/watchlists", { json: {} });
    },
    async "409 too_many_lists at 50"(app) {
      const { send, userId } = await withList(app);
      for (let made = 1; made < listsMax; made++) {
        await app.deps.lists.create({ userId, name: `List ${made}` });
      }
      return await send("POST /api/watchlists", chips);
    },
    ...unknownListCases("POST /api/watchlists", chips),
    ...limitCase("POST /api/watchlists", chips),
  },
});

const edit = "PATCH /api/watchlists/{id}";

testRoute("PATCH /api/watchlists/{id}", {
  sample: chips,
  cases: {
    async "200 renames a list and moves it, each a version further"(app) {
      const { send, list, names } = await withTwoLists(app);
      const renamed = await send(edit, { json: { name: "Top" } });
      const version = list.version + 1;
      const expected = { id: list.id, version, tickers: sampleTickers, name: "Top" };
      assert.deepEqual(renamed.json, expected);
      assert.equal(renamed.headers.get("etag"), `"${list.id}:${version}"`);
      const both = await send(edit, { json: { name: "Last", position: 50 } });
      assert.deepEqual(both.json, { ...expected, version: version + 2, name: "Last" });
      assert.deepEqual(await names(), ["Chips", "Last"]);
      return both;
    },
    async "400 invalid_body without a name and a position, and for an invalid one"(app) {
      const { send } = await withList(app);
      for (const json of [{ name: "" }, { position: -1 }, { position: 51 }, { position: "1" }]) {
        assert.equal((await send(edit, { json })).status, 400, JSON.stringify(json));
      }
      const answer = await send(edit, { json: {} });
      assert.match(answer.json.detail, /Give a name, a position or both\.$/);
      return answer;
    },
    ...unknownListCases(edit, chips),
    ...versionCase(edit, chips),
    ...limitCase(edit, chips),
  },
});

const remove = "DELETE /api/watchlists/{id}";

testRoute("DELETE /api/watchlists/{id}", {
  cases: {
    async "204 deletes a list, and the next one is the first"(app) {
      const { send, names } = await withTwoLists(app);
      const answer = await send(remove);
      assert.deepEqual(await names(), ["Chips"]);
      return answer;
    },
    async "409 last_list for the only one"(app) {
      const { send, tickers } = await withList(app);
      const answer = await send(remove);
      assert.deepEqual(await tickers(), sampleTickers);
      return answer;
    },
    ...unknownListCases(remove),
    ...versionCase(remove),
    ...limitCase(remove),
  },
});
