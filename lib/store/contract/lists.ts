// Owns the contract of the store for a watchlist and its tickers. store_contract.ts registers it.

import assert from "node:assert/strict";
import { v7 as uuidv7 } from "uuid";
import { listTickersMax, type Watchlist } from "../../watchlist.ts";
import type { ListRef, Store } from "../store.ts";
import type { StoreTest } from "./store_place.ts";
import { malformedIds, putUser, someTickers, ticker } from "./store_fixtures.ts";

const aapl = ticker("AAPL");
const msft = ticker("MSFT");
const nvda = ticker("NVDA");

export function testListContract(test: StoreTest): void {
  testAdding(test);
  testAddingSeveral(test);
  testRemovingAndReordering(test);
  testRefusals(test);
  testConcurrency(test);
}

function testAdding(test: StoreTest): void {
  test("a new ticker goes to the end and the version grows", async (store) => {
    const { user, list } = await putUser(store, [aapl]);
    const added = { ...list, version: 2, tickers: [aapl, msft] };
    const outcome = await store.addTicker({ ...first(user.id), ticker: msft });
    assert.deepEqual(outcome, { kind: "added", list: added });
    assert.deepEqual(await store.lists(user.id), [added]);
  });

  test("a new ticker goes to any position; a position past the end is the end", async (store) => {
    const { user } = await putUser(store, [aapl, msft]);
    await store.addTicker({ ...first(user.id), ticker: nvda, position: 1 });
    await store.addTicker({ ...first(user.id), ticker: ticker("KO"), position: 0 });
    await store.addTicker({ ...first(user.id), ticker: ticker("T"), position: 200 });
    const { tickers, version } = await onlyList(store, user.id);
    assert.deepEqual([tickers.join(" "), version], ["KO AAPL NVDA MSFT T", 4]);
  });

  test("a ticker that is on the list stays where it is, and the version stays", async (store) => {
    const { user, list } = await putUser(store, [aapl, msft]);
    const outcome = await store.addTicker({ ...first(user.id), ticker: aapl });
    assert.deepEqual(outcome, { kind: "present", list });
    assert.deepEqual(await store.lists(user.id), [list]);
  });

  test("a list takes at most 200 tickers; for one that it has, a full list answers present", async (store) => {
    const [last, ...others] = someTickers(listTickersMax);
    const { user } = await putUser(store, others);
    const target = first(user.id);
    assert.equal((await store.addTicker({ ...target, ticker: last! })).kind, "added");
    assert.deepEqual(await store.addTicker({ ...target, ticker: aapl }), { kind: "list_full" });
    assert.equal((await store.addTicker({ ...target, ticker: last! })).kind, "present");
    assert.equal((await onlyList(store, user.id)).tickers.length, listTickersMax);
  });

  test("tickers that look like values of SQL or JSON are stored like others", async (store) => {
    const { user } = await putUser(store);
    const tickers = ["NULL", "TRUE", "0", "BRK.B", "A-B.C", "1E5", "007"].map(ticker);
    for (const each of tickers) await store.addTicker({ ...first(user.id), ticker: each });
    assert.deepEqual((await onlyList(store, user.id)).tickers, tickers);
    const reversed = tickers.toReversed();
    await store.reorderTickers({ ...first(user.id), tickers: reversed });
    assert.deepEqual((await onlyList(store, user.id)).tickers, reversed);
    await store.removeTicker({ ...first(user.id), ticker: ticker("NULL") });
    assert.deepEqual((await onlyList(store, user.id)).tickers, reversed.slice(0, -1));
  });

  test("a list is found by its id and as the first one", async (store) => {
    const { user, list } = await putUser(store);
    const target = { userId: user.id, listId: list.id };
    assert.equal((await store.addTicker({ ...target, ticker: aapl })).kind, "added");
    assert.deepEqual((await onlyList(store, user.id)).tickers, [aapl]);
  });
}

function testAddingSeveral(test: StoreTest): void {
  test("several tickers are added in one change, in their order, without those that are on the list", async (store) => {
    const { user, list } = await putUser(store, [aapl]);
    const added = [nvda, msft];
    const grown = { ...list, version: 2, tickers: [aapl, ...added] };
    const change = { ...first(user.id), tickers: [nvda, aapl, nvda, msft] };
    assert.deepEqual(await store.addTickers(change), { kind: "added", list: grown, added });
    assert.deepEqual(await store.addTickers(change), { kind: "present", list: grown, added: [] });
    assert.deepEqual(await store.lists(user.id), [grown]);
  });

  test("of several tickers, as many are added as fit", async (store) => {
    const [one, two, ...others] = someTickers(listTickersMax + 1);
    const { user } = await putUser(store, others);
    const outcome = await store.addTickers({
      ...first(user.id),
      tickers: [others[0]!, one!, two!],
    });
    assert.ok(outcome.kind === "added");
    assert.deepEqual(outcome.added, [one]);
    const again = await store.addTickers({ ...first(user.id), tickers: [two!] });
    assert.deepEqual(again, { kind: "present", list: outcome.list, added: [] });
  });

  test("adding an empty array changes nothing", async (store) => {
    const { user, list } = await putUser(store, [aapl]);
    const outcome = await store.addTickers({ ...first(user.id), tickers: [] });
    assert.deepEqual(outcome, { kind: "present", list, added: [] });
  });
}

function testRemovingAndReordering(test: StoreTest): void {
  test("a removed ticker is gone and the others keep their order", async (store) => {
    const { user, list } = await putUser(store, [aapl, msft, nvda]);
    const removed = { ...list, version: 2, tickers: [aapl, nvda] };
    const outcome = await store.removeTicker({ ...first(user.id), ticker: msft });
    assert.deepEqual(outcome, { kind: "removed", list: removed });
    assert.deepEqual(await store.lists(user.id), [removed]);
  });

  test("a ticker that is not on the list cannot be removed", async (store) => {
    const { user, list } = await putUser(store, [aapl]);
    const outcome = await store.removeTicker({ ...first(user.id), ticker: msft });
    assert.deepEqual(outcome, { kind: "not_on_list" });
    assert.deepEqual(await store.lists(user.id), [list]);
  });

  test("a list takes a new order; the version stays if it is the same order", async (store) => {
    const { user, list } = await putUser(store, [aapl, msft, nvda]);
    const reorder = { ...first(user.id), tickers: [nvda, aapl, msft] };
    const reordered = { ...list, version: 2, tickers: [nvda, aapl, msft] };
    const expected = { kind: "reordered", list: reordered };
    assert.deepEqual(await store.reorderTickers(reorder), expected);
    assert.deepEqual(await store.reorderTickers(reorder), expected);
    assert.deepEqual(await store.lists(user.id), [reordered]);
  });

  test("a ticker moves to any position; the version stays if it is there already", async (store) => {
    const { user } = await putUser(store, [aapl, msft, nvda]);
    const orders = [
      [0, "NVDA AAPL MSFT", 2],
      [0, "NVDA AAPL MSFT", 2],
      [1, "AAPL NVDA MSFT", 3],
      [200, "AAPL MSFT NVDA", 4],
      [2, "AAPL MSFT NVDA", 4],
    ] as const;
    for (const [position, tickers, version] of orders) {
      const outcome = await store.moveTicker({ ...first(user.id), ticker: nvda, position });
      const list = await onlyList(store, user.id);
      assert.deepEqual([list.tickers.join(" "), list.version], [tickers, version]);
      assert.deepEqual(outcome, { kind: "moved", list });
    }
  });

  test("a ticker that is not on the list cannot be moved", async (store) => {
    const { user, list } = await putUser(store, [aapl]);
    const outcome = await store.moveTicker({ ...first(user.id), ticker: msft, position: 0 });
    assert.deepEqual(outcome, { kind: "not_on_list" });
    assert.deepEqual(await store.lists(user.id), [list]);
  });

  test("a new order must hold exactly the tickers of the list", async (store) => {
    const { user, list } = await putUser(store, [aapl, msft]);
    for (const tickers of [[aapl], [aapl, nvda], [aapl, msft, nvda], [aapl, aapl], []]) {
      const outcome = await store.reorderTickers({ ...first(user.id), tickers });
      assert.deepEqual(outcome, { kind: "set_differs" }, tickers.join());
    }
    assert.deepEqual(await store.lists(user.id), [list]);
  });

  test("an empty list takes an empty order", async (store) => {
    const { user, list } = await putUser(store);
    const outcome = await store.reorderTickers({ ...first(user.id), tickers: [] });
    assert.deepEqual(outcome, { kind: "reordered", list });
  });
}

function testRefusals(test: StoreTest): void {
  test("a change for another version is refused and changes nothing", async (store) => {
    const { user, list } = await putUser(store, [aapl, msft]);
    const stale = { ...first(user.id), ifVersion: list.version + 1 };
    for (const outcome of await changeInEveryWay(store, stale)) {
      assert.deepEqual(outcome, { kind: "version_differs" });
    }
    assert.deepEqual(await store.lists(user.id), [list]);
  });

  test("a change for the present version is done once", async (store) => {
    const { user, list } = await putUser(store);
    const change = { ...first(user.id), ifVersion: list.version };
    assert.equal((await store.addTicker({ ...change, ticker: aapl })).kind, "added");
    assert.deepEqual(await store.addTicker({ ...change, ticker: msft }), {
      kind: "version_differs",
    });
  });

  test("a version that no list can have is refused as another version", async (store) => {
    const { user, list } = await putUser(store, [aapl, msft]);
    for (const ifVersion of [0, -1, 999_999_999_999_999]) {
      for (const outcome of await changeInEveryWay(store, { ...first(user.id), ifVersion })) {
        assert.deepEqual(outcome, { kind: "version_differs" });
      }
    }
    assert.deepEqual(await store.lists(user.id), [list]);
  });

  test("a list id that is not a UUID is unknown", async (store) => {
    const { user } = await putUser(store, [aapl, msft]);
    for (const id of malformedIds) {
      for (const target of [{ userId: user.id, listId: id }, first(id)]) {
        for (const outcome of await changeInEveryWay(store, target)) {
          assert.deepEqual(outcome, { kind: "unknown_list" });
        }
      }
    }
  });

  test("another user's list is as unknown as one that never was", async (store) => {
    const owner = await putUser(store, [aapl, msft]);
    const other = await putUser(store, [aapl, msft]);
    const targets = [
      { userId: other.user.id, listId: owner.list.id },
      { userId: other.user.id, listId: uuidv7() },
      first(uuidv7()),
    ];
    for (const target of targets) {
      for (const outcome of await changeInEveryWay(store, target)) {
        assert.deepEqual(outcome, { kind: "unknown_list" });
      }
    }
    assert.deepEqual(await store.lists(owner.user.id), [owner.list]);
    assert.deepEqual(await store.lists(other.user.id), [other.list]);
  });
}

function testConcurrency(test: StoreTest): void {
  test("two tabs that add 50 tickers each at the same time lose nothing, and each add has its own version", async (store) => {
    const { user } = await putUser(store);
    const tickers = someTickers(100);
    const outcomes = await Promise.all(
      tickers.map((ticker) => store.addTicker({ ...first(user.id), ticker })),
    );
    const versions = outcomes.map((outcome) => outcome.kind === "added" ? outcome.list.version : 0);
    const expected = Array.from(tickers, (_, index) => index + 2);
    assert.deepEqual(versions.sort((a, b) => a - b), expected);
    const list = await onlyList(store, user.id);
    assert.equal(list.version, 101);
    assert.deepEqual([...list.tickers].sort(), [...tickers].sort());
  });

  test("of 10 concurrent adds of one ticker, one adds it", async (store) => {
    const { user } = await putUser(store);
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => store.addTicker({ ...first(user.id), ticker: aapl })),
    );
    assert.equal(outcomes.filter(({ kind }) => kind === "added").length, 1);
    assert.equal(outcomes.filter(({ kind }) => kind === "present").length, 9);
  });

  test("concurrent adds never exceed 200 tickers", async (store) => {
    const { user } = await putUser(store, someTickers(listTickersMax - 1));
    const outcomes = await Promise.all(
      [aapl, msft, nvda].map((ticker) => store.addTicker({ ...first(user.id), ticker })),
    );
    assert.equal(outcomes.filter(({ kind }) => kind === "added").length, 1);
    assert.equal((await onlyList(store, user.id)).tickers.length, listTickersMax);
  });
}

function changeInEveryWay(store: Store, target: ListRef & { readonly ifVersion?: number }) {
  return Promise.all([
    store.addTicker({ ...target, ticker: nvda }),
    store.addTicker({ ...target, ticker: aapl }),
    store.addTickers({ ...target, tickers: [aapl, nvda] }),
    store.moveTicker({ ...target, ticker: aapl, position: 1 }),
    store.removeTicker({ ...target, ticker: aapl }),
    store.reorderTickers({ ...target, tickers: [msft, aapl] }),
    store.renameList({ ...target, name: "Renamed" }),
    store.moveList({ ...target, position: 0 }),
    store.deleteList(target),
  ]);
}

function first(userId: string): ListRef {
  return { userId, listId: "first" };
}

async function onlyList(store: Store, userId: string): Promise<Watchlist> {
  const lists = await store.lists(userId);
  assert.equal(lists.length, 1);
  return lists[0]!;
}
