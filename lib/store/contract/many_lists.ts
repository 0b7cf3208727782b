// Owns the contract of the store for the lists of a user: their number, order and names. store_contract.ts registers it.

import assert from "node:assert/strict";
import fc from "fast-check";
import { v7 as uuidv7 } from "uuid";
import { listsMax } from "../../watchlist.ts";
import type { Store } from "../store.ts";
import type { StoreTest } from "./store_place.ts";
import { malformedIds, putUser, someList, someTickers, ticker } from "./store_fixtures.ts";

const aapl = ticker("AAPL");

export function testManyListsContract(test: StoreTest): void {
  testCreating(test);
  testRenaming(test);
  testMoving(test);
  testDeleting(test);
  testAtOnce(test);
  testAgainstArrays(test);
}

function testCreating(test: StoreTest): void {
  test(
    "a new list comes after the others, and both are there after a restart",
    async (store, reopen) => {
      const { user, list } = await putUser(store, [aapl]);
      const other = { ...someList(someTickers(3)), name: "Chips" };
      const outcome = await store.createList({ userId: user.id, list: other });
      assert.deepEqual(outcome, { kind: "created", list: other });
      assert.deepEqual(await (await reopen()).lists(user.id), [list, other]);
    },
  );

  test("two lists may have the same name", async (store) => {
    const { user, list } = await putUser(store);
    await store.createList({ userId: user.id, list: { ...someList(), name: list.name } });
    assert.equal(new Set((await store.lists(user.id)).map(({ name }) => name)).size, 1);
  });

  test("a user has at most 50 lists", async (store) => {
    const { user } = await putUser(store);
    for (let count = 1; count < listsMax; count++) await addList(store, user.id);
    const outcome = await store.createList({ userId: user.id, list: someList() });
    assert.deepEqual(outcome, { kind: "too_many_lists" });
    assert.equal((await store.lists(user.id)).length, listsMax);
  });

  test("an unknown user gets no list", async (store) => {
    for (const userId of [uuidv7(), ...malformedIds]) {
      const outcome = await store.createList({ userId, list: someList() });
      assert.deepEqual(outcome, { kind: "unknown_list" });
      assert.deepEqual(await store.lists(userId), []);
    }
  });

  test("50 lists of 200 tickers are read complete", async (store) => {
    const { user } = await putUser(store, someTickers(200));
    for (let count = 1; count < listsMax; count++) {
      await store.createList({ userId: user.id, list: someList(someTickers(200)) });
    }
    const lists = await store.lists(user.id);
    assert.deepEqual(lists.map(({ tickers }) => tickers.length), Array(listsMax).fill(200));
  });
}

function testRenaming(test: StoreTest): void {
  test("a list takes a new name; the version stays if it is the same name", async (store) => {
    const { user, list } = await putUser(store, [aapl]);
    const target = { userId: user.id, listId: list.id };
    const renamed = { ...list, version: 2, name: "日本語 'x' \"{} 👩‍👩‍👧" };
    for (let times = 0; times < 2; times++) {
      const outcome = await store.renameList({ ...target, name: renamed.name });
      assert.deepEqual(outcome, { kind: "renamed", list: renamed });
    }
    assert.deepEqual(await store.lists(user.id), [renamed]);
  });

  test("a rename for another version is refused", async (store) => {
    const { user, list } = await putUser(store);
    const change = { userId: user.id, listId: list.id, ifVersion: list.version };
    assert.equal((await store.renameList({ ...change, name: "A" })).kind, "renamed");
    assert.deepEqual(await store.renameList({ ...change, name: "B" }), { kind: "version_differs" });
  });
}

function testMoving(test: StoreTest): void {
  test("a list moves to any position, and only its version grows; a position past the end is the end", async (store) => {
    const { user, ids: [a, b, c] } = await putLists(store, 3);
    const moves = [
      [c, 0, [c, a, b], 2],
      [c, 0, [c, a, b], 2],
      [c, 1, [a, c, b], 3],
      [c, 50, [a, b, c], 4],
    ] as const;
    for (const [listId, position, order, version] of moves) {
      const outcome = await store.moveList({ userId: user.id, listId: listId!, position });
      assert.equal(outcome.kind, "moved");
      const lists = await store.lists(user.id);
      assert.deepEqual(lists.map(({ id }) => id), order);
      assert.deepEqual(lists.find(({ id }) => id === c), "list" in outcome && outcome.list);
      assert.deepEqual(lists.map((list) => list.id === c ? list.version : 1).sort(), [
        1,
        1,
        version,
      ]);
    }
  });

  test("the first list is the one that stands first", async (store) => {
    const { user, ids: [a, b] } = await putLists(store, 2);
    await store.moveList({ userId: user.id, listId: b!, position: 0 });
    await store.addTicker({ userId: user.id, listId: "first", ticker: aapl });
    const tickersOf = new Map((await store.lists(user.id)).map((list) => [list.id, list.tickers]));
    assert.deepEqual([tickersOf.get(a!), tickersOf.get(b!)], [[], [aapl]]);
    await store.deleteList({ userId: user.id, listId: "first" });
    assert.deepEqual((await store.lists(user.id)).map(({ id }) => id), [a]);
  });
}

function testDeleting(test: StoreTest): void {
  test("a deleted list is not found any more, and the others keep their order", async (store) => {
    const { user, ids: [a, b, c] } = await putLists(store, 3);
    const target = { userId: user.id, listId: b! };
    const [, list] = await store.lists(user.id);
    assert.deepEqual(await store.deleteList(target), { kind: "deleted", list });
    assert.deepEqual(await store.deleteList(target), { kind: "unknown_list" });
    assert.deepEqual(await store.addTicker({ ...target, ticker: aapl }), { kind: "unknown_list" });
    assert.deepEqual((await store.lists(user.id)).map(({ id }) => id), [a, c]);
  });

  test("the only list of a user cannot be deleted", async (store) => {
    const { user, list } = await putUser(store);
    for (const listId of [list.id, "first"]) {
      const outcome = await store.deleteList({ userId: user.id, listId });
      assert.deepEqual(outcome, { kind: "last_list" });
    }
    assert.deepEqual(await store.lists(user.id), [list]);
  });

  test("after a deletion there is a place for another list", async (store) => {
    const { user, ids } = await putLists(store, listsMax);
    await store.deleteList({ userId: user.id, listId: ids[7]! });
    const { id } = await addList(store, user.id);
    assert.deepEqual(
      (await store.lists(user.id)).map((list) => list.id),
      [...ids.filter((_, index) => index !== 7), id],
    );
  });
}

function testAtOnce(test: StoreTest): void {
  test("8 clients that create lists at the same time never exceed 50 lists", async (store) => {
    const { user } = await putUser(store);
    const clients = Array.from({ length: 8 }, async () => {
      let created = 0;
      for (let times = 0; times < 8; times++) {
        const { kind } = await store.createList({ userId: user.id, list: someList() });
        if (kind === "created") created++;
      }
      return created;
    });
    const created = (await Promise.all(clients)).reduce((sum, count) => sum + count, 0);
    assert.equal(created, listsMax - 1);
    assert.equal((await store.lists(user.id)).length, listsMax);
  });

  test("of two lists that are deleted at the same time, one stays", async (store) => {
    const { user, ids } = await putLists(store, 2);
    const outcomes = await Promise.all(
      [...ids, ...ids].map((listId) => store.deleteList({ userId: user.id, listId })),
    );
    assert.equal(outcomes.filter(({ kind }) => kind === "deleted").length, 1);
    assert.equal((await store.lists(user.id)).length, 1);
  });

  test("adds to the first list lose nothing while lists are created, moved and deleted", async (store) => {
    const { user, ids } = await putLists(store, 4);
    const tickers = someTickers(20);
    const [added] = await Promise.all([
      Promise.all(
        tickers.map((each) => store.addTicker({ userId: user.id, listId: ids[0]!, ticker: each })),
      ),
      Promise.all(
        tickers.map((each) => store.addTicker({ userId: user.id, listId: "first", ticker: each })),
      ),
      store.moveList({ userId: user.id, listId: ids[2]!, position: 0 }),
      store.deleteList({ userId: user.id, listId: ids[1]! }),
      store.moveList({ userId: user.id, listId: ids[0]!, position: 3 }),
      addList(store, user.id),
    ]);
    assert.ok(added.every(({ kind }) => kind === "added" || kind === "present"));
    const lists = await store.lists(user.id);
    const kept = lists.find(({ id }) => id === ids[0]);
    assert.deepEqual([...kept?.tickers ?? []].sort(), [...tickers].sort());
    assert.deepEqual([lists.length, new Set(lists.map(({ id }) => id)).size], [4, 4]);
    for (const list of lists) assert.equal(new Set(list.tickers).size, list.tickers.length);
  });

  test("an add to the first list adds to the next one if the first is deleted at the same time", async (store) => {
    const { user, ids } = await putLists(store, 12);
    for (const listId of ids.slice(0, -1)) {
      const [added] = await Promise.all([
        store.addTicker({ userId: user.id, listId: "first", ticker: aapl }),
        store.deleteList({ userId: user.id, listId }),
      ]);
      assert.ok(added.kind === "added" || added.kind === "present", added.kind);
    }
  });
}

type Step =
  | { readonly kind: "create" }
  | { readonly kind: "delete"; readonly of: number }
  | { readonly kind: "move"; readonly of: number; readonly position: number };

function testAgainstArrays(test: StoreTest): void {
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ kind: fc.constant("create" as const) }),
    fc.record({ kind: fc.constant("delete" as const), of: fc.nat(20) }),
    fc.record({ kind: fc.constant("move" as const), of: fc.nat(20), position: fc.nat(6) }),
  );

  test("any sequence of changes leaves the lists in the same order as in an array", async (store) => {
    const check = fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 20 }),
      async (steps) => {
        const { user, ids: model } = await putLists(store, 1);
        for (const step of steps) {
          if (step.kind === "create") {
            model.push((await addList(store, user.id)).id);
            continue;
          }
          const at = step.of % model.length;
          const target = { userId: user.id, listId: model[at]! };
          if (step.kind === "delete") {
            await store.deleteList(target);
            if (model.length > 1) model.splice(at, 1);
          } else {
            await store.moveList({ ...target, position: step.position });
            model.splice(step.position, 0, ...model.splice(at, 1));
          }
        }
        assert.deepEqual((await store.lists(user.id)).map(({ id }) => id), model);
      },
    );
    await fc.assert(check, { numRuns: 25 });
  });
}

async function addList(store: Store, userId: string) {
  const list = someList();
  assert.deepEqual(await store.createList({ userId, list }), { kind: "created", list });
  return list;
}

/** A new user with `count` lists, and their ids in order. */
async function putLists(store: Store, count: number) {
  const { user, list } = await putUser(store);
  const ids = [list.id];
  while (ids.length < count) ids.push((await addList(store, user.id)).id);
  return { user, ids };
}
