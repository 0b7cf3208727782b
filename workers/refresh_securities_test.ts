import assert from "node:assert/strict";
import { ticker } from "../lib/bus/bus_fixtures.ts";
import type { ListOutcome } from "../lib/sources/source.ts";
import type { CatalogEntry } from "../lib/store/store.ts";
import { createPollerRig, minute } from "../tests/support/poller_rig.ts";
import { createSecuritiesRefresh, mergeCatalog } from "./refresh_securities.ts";
import { createUpstreams } from "./upstream/create_upstreams.ts";

const listed = (...symbols: string[]): ListOutcome => ({
  kind: "ok",
  securities: symbols.map((symbol) => ({ ticker: ticker(symbol), name: `${symbol} Inc.` })),
});
const entry = (symbol: string, priceable = true): CatalogEntry => ({
  ticker: ticker(symbol),
  name: `${symbol} Inc.`,
  priceable,
});

function open({ initial = [] as CatalogEntry[] } = {}) {
  const rig = createPollerRig();
  const state = { outcome: listed("A", "B"), catalog: initial, saves: 0, isStoreDown: false };
  const listCalls: number[] = [];
  const source = {
    ...rig.source,
    listSecurities() {
      listCalls.push(rig.timers.now - minute);
      return Promise.resolve(state.outcome);
    },
  };
  const store = {
    catalog: () => Promise.resolve([...state.catalog]),
    saveCatalog(entries: readonly CatalogEntry[]) {
      if (state.isStoreDown) return Promise.reject(new Error("No store."));
      state.catalog = [...entries];
      state.saves++;
      return Promise.resolve();
    },
  };
  const announced: string[] = [];
  rig.bus.onAnnounce(({ kind }) => announced.push(kind));
  const refresh = createSecuritiesRefresh({
    ...rig,
    upstream: createUpstreams([source], { ...rig, pollIntervalMs: 5_000 }).primary,
    store,
  });
  return { ...rig, store, state, listCalls, announced, refresh };
}

Deno.test("the list is read at the start and then every hour; a change is saved and announced", async () => {
  const { refresh, state, listCalls, announced, pass } = open();
  for (let mark = 0; mark < 2 * 720; mark++) {
    refresh.runIfDue();
    await pass(5_000);
  }
  assert.deepEqual(listCalls, [0, 3_600_000]);
  assert.deepEqual(state.catalog, [entry("A"), entry("B")]);
  assert.deepEqual([state.saves, announced], [1, ["catalog_changed"]]);
});

Deno.test("a security that is no longer listed is kept as not priceable", () => {
  const merged = mergeCatalog([entry("A"), entry("OLD")], [{
    ticker: ticker("A"),
    name: "A Inc.",
  }]);
  assert.deepEqual(merged, [entry("A"), entry("OLD", false)]);
  const back = mergeCatalog(merged ?? [], [{ ticker: ticker("OLD"), name: "New name" }]);
  assert.deepEqual(back, [entry("A", false), { ...entry("OLD"), name: "New name" }]);
  assert.equal(mergeCatalog([entry("A")], [{ ticker: ticker("A"), name: "A Inc." }]), undefined);
});

Deno.test("after a failure the former list stays, and the list is read again a minute later", async () => {
  const { refresh, state, listCalls, announced, pass } = open({ initial: [entry("A")] });
  state.outcome = { kind: "failed", failure: "server_error", detail: "Status 500" };
  for (let mark = 0; mark < 13; mark++) {
    refresh.runIfDue();
    await pass(5_000);
  }
  assert.deepEqual(listCalls, [0, 60_000]);
  assert.deepEqual([state.catalog, announced], [[entry("A")], []]);
});

Deno.test("if the store cannot be reached, the next try saves", async () => {
  const { refresh, state, announced, pass } = open();
  state.isStoreDown = true;
  refresh.runIfDue();
  await pass(60_000);
  assert.deepEqual(announced, []);
  state.isStoreDown = false;
  refresh.runIfDue();
  await pass(0);
  assert.deepEqual([state.saves, announced], [1, ["catalog_changed"]]);
});

Deno.test("a refused ticker reloads the list at once, then at most every 10 seconds", async () => {
  const { refresh, listCalls, pass } = open();
  refresh.runIfDue();
  await pass(20_000);
  for (let mark = 0; mark < 4; mark++) {
    refresh.reload();
    refresh.runIfDue();
    await pass(5_000);
  }
  assert.deepEqual(listCalls, [0, 20_000, 30_000]);
});

Deno.test("only the leader reads the list; a slow read delays no tick", async () => {
  const rig = open();
  await rig.watch(["A"]);
  const slow = Promise.withResolvers<ListOutcome>();
  const source = { ...rig.source, listSecurities: () => (rig.listCalls.push(0), slow.promise) };
  for (let instance = 0; instance < 2; instance++) {
    const upstream = createUpstreams([source], { ...rig, pollIntervalMs: 5_000 }).primary;
    const securitiesRefresh = createSecuritiesRefresh({ ...rig, upstream });
    void rig.openPoller({ source, securitiesRefresh }).openWindow();
  }
  await rig.pass(10_000);
  assert.deepEqual(rig.offsets(rig.ticks), [0, 5_000, 10_000]);
  assert.equal(rig.listCalls.length, 1);
  slow.resolve(listed("A"));
  await rig.pass(0);
  assert.deepEqual(rig.announced, ["catalog_changed"]);
  await rig.close();
});

Deno.test("a source without a list is never asked for one, and nothing runs after stop", async () => {
  const { refresh, listCalls, state, ...rig } = open();
  const upstream = createUpstreams([rig.source], { ...rig, pollIntervalMs: 5_000 }).primary;
  const without = createSecuritiesRefresh({ ...rig, upstream });
  without.reload();
  await without.stop();
  await refresh.stop();
  refresh.reload();
  assert.deepEqual([listCalls, state.saves], [[], 0]);
});
