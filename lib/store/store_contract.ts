// Owns the contract of the store: the tests that both implementations pass. contract/ has those for accounts, sessions and lists.

import assert from "node:assert/strict";
import { v7 as uuidv7 } from "uuid";
import type { CatalogEntry } from "./store.ts";
import { testAccountContract } from "./contract/accounts.ts";
import { testCourseContract } from "./contract/courses.ts";
import { testInviteContract } from "./contract/invites.ts";
import { testListModel } from "./contract/list_model.ts";
import { testListContract } from "./contract/lists.ts";
import { testManyListsContract } from "./contract/many_lists.ts";
import { testSessionBoundContract } from "./contract/session_bound.ts";
import { testSessionContract } from "./contract/sessions.ts";
import type { StorePlace, StoreTest } from "./contract/store_place.ts";
import {
  malformedIds,
  putUser,
  someList,
  someTickers,
  someUser,
  ticker,
} from "./contract/store_fixtures.ts";

export function testStoreContract(name: string, makePlace: () => Promise<StorePlace>): void {
  const test: StoreTest = (promise, check) =>
    Deno.test(`${name}: ${promise}`, async () => {
      const place = await makePlace();
      let store = await place.open();
      try {
        await check(store, async () => {
          await store.close();
          return store = await place.open();
        });
      } finally {
        await store.close();
        await place.remove();
      }
    });

  testUserContract(test);
  testAccountContract(test);
  testInviteContract(test);
  testSessionContract(test);
  testSessionBoundContract(test);
  testListContract(test);
  testListModel(test);
  testManyListsContract(test);
  testSettingContract(test);
  testCatalogContract(test);
  testCourseContract(test);

  test("answers a ping, and closing twice does no harm", async (store) => {
    await store.ping();
    await store.close();
    await store.close();
  });
}

function testUserContract(test: StoreTest): void {
  test("a new user is found by id and by username, with their first list", async (store) => {
    const user = someUser();
    const list = someList();
    assert.equal(await store.createUser({ user, passwordHash: "hash", list }), "created");
    assert.deepEqual(await store.user(user.id), user);
    assert.deepEqual(await store.credentials(user.username), { user, passwordHash: "hash" });
    assert.deepEqual(await store.lists(user.id), [list]);
  });

  test("an unknown user is not found", async (store) => {
    const nobody = someUser();
    assert.equal(await store.user(nobody.id), undefined);
    assert.equal(await store.credentials(nobody.username), undefined);
    assert.deepEqual(await store.lists(nobody.id), []);
  });

  test("an id that is not a UUID is unknown", async (store) => {
    for (const id of malformedIds) {
      assert.equal(await store.user(id), undefined);
      assert.deepEqual(await store.lists(id), []);
    }
    for (const username of ["", "no\0body", "\ud800"]) {
      assert.equal(await store.credentials(username), undefined);
    }
  });

  test("names, addresses and times are stored exactly, with every character and millisecond", async (store) => {
    for (
      const text of [
        'O\'Hara "\\\\n" {a,b} NULL $1 --',
        "日本語 👩‍👩‍👧 e\u0301\n\t",
        "x".repeat(1_000),
        "",
      ]
    ) {
      const user = {
        ...someUser(),
        email: text,
        firstName: text,
        lastName: text,
        createdAt: 1_760_000_000_123,
      };
      const list = { ...someList(), name: text };
      await store.createUser({ user, passwordHash: text, list });
      assert.deepEqual(await store.credentials(user.username), { user, passwordHash: text });
      assert.deepEqual(await store.lists(user.id), [list]);
    }
  });

  test("of 20 concurrent registrations of one name, one succeeds and the others leave nothing", async (store) => {
    const { username } = someUser();
    const inputs = Array.from({ length: 20 }, () => ({
      user: someUser(username),
      passwordHash: uuidv7(),
      list: someList(),
    }));
    const outcomes = await Promise.all(inputs.map((input) => store.createUser(input)));
    assert.equal(outcomes.filter((outcome) => outcome === "created").length, 1);
    for (const [index, { user, passwordHash, list }] of inputs.entries()) {
      const won = outcomes[index] === "created";
      assert.deepEqual(await store.user(user.id), won ? user : undefined);
      assert.deepEqual(await store.lists(user.id), won ? [list] : []);
      if (won) assert.deepEqual(await store.credentials(username), { user, passwordHash });
    }
  });

  test("users and their lists are there after a restart", async (store, reopen) => {
    const { user, list } = await putUser(store, someTickers(3));
    const reopened = await reopen();
    assert.deepEqual(await reopened.user(user.id), user);
    assert.deepEqual(await reopened.lists(user.id), [list]);
  });
}

function testSettingContract(test: StoreTest): void {
  test("the first value of a setting stays, also after a restart", async (store, reopen) => {
    const name = `setting-${uuidv7()}`;
    const answers = await Promise.all(
      ["a", "b", "c"].map((value) => store.settingOrPut(name, value)),
    );
    assert.equal(new Set(answers).size, 1);
    const reopened = await reopen();
    assert.equal(await reopened.settingOrPut(name, "d"), answers[0]);
  });

  test(
    "a setting that is saved replaces the one before, also after a restart",
    async (store, reopen) => {
      const name = `setting-${uuidv7()}`;
      await store.settingOrPut(name, "a");
      await store.saveSetting(name, "b");
      assert.equal(await store.settingOrPut(name, "c"), "b");
      await store.saveSetting(name, "d");
      assert.equal(await (await reopen()).settingOrPut(name, "e"), "d");
    },
  );

  test("settings of different names are separate", async (store) => {
    const [one, other] = [uuidv7(), uuidv7()];
    assert.equal(await store.settingOrPut(one, "1"), "1");
    assert.equal(await store.settingOrPut(other, "2"), "2");
  });
}

function testCatalogContract(test: StoreTest): void {
  test("a catalog of 12,000 securities is read complete and in order", async (store, reopen) => {
    const entries = someCatalog(12_000);
    await store.saveCatalog(entries);
    assert.deepEqual(await (await reopen()).catalog(), entries);
  });

  test("a smaller catalog replaces a larger one, an empty one empties it", async (store) => {
    await store.saveCatalog(someCatalog(1_000));
    await store.saveCatalog(someCatalog(3));
    assert.deepEqual(await store.catalog(), someCatalog(3));
    await store.saveCatalog([]);
    assert.deepEqual(await store.catalog(), []);
  });

  test("a read during saves returns one catalog, never a mixture", async (store) => {
    const catalogs = ["old", "new", "newest"].map((name) => someCatalog(1_500, name));
    await store.saveCatalog(catalogs[0]!);
    const saves = Promise.all(catalogs.slice(1).map((catalog) => store.saveCatalog(catalog)));
    for (let reads = 0; reads < 10; reads++) {
      const seen = await store.catalog();
      assert.equal(seen.length, 1_500);
      assert.equal(new Set(seen.map((entry) => entry.name.split(" ")[0])).size, 1);
    }
    await saves;
  });
}

/** Long names with characters outside Latin 1, which take the most space in a store. */
function someCatalog(length: number, name = "Société"): CatalogEntry[] {
  return Array.from({ length }, (_, index) => ({
    ticker: ticker(`C${index}`),
    name: `${name} ${index} ${"é€".repeat(20)}`,
    priceable: index % 3 !== 0,
  }));
}
