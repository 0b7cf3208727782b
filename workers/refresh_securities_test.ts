import assert from "node:assert/strict";
import { ticker } from "../lib/bus/bus_fixtures.ts";
import { createLog, type Log } from "../lib/log.ts";
import type { Ticker } from "../lib/quote.ts";
import { catalogMax } from "../lib/securities/securities.ts";
import type { ListedSecurity, ListOutcome } from "../lib/sources/source.ts";
import type { CatalogEntry } from "../lib/store/store.ts";
import { createPollerRig, minute } from "../tests/support/poller_rig.ts";
import { mergeCatalog } from "./merge_catalog.ts";
import { createSecuritiesRefresh } from "./refresh_securities.ts";
import { createUpstreams } from "./upstream/create_upstreams.ts";

const securities = (...symbols: string[]) =>
  symbols.map((symbol) => ({ ticker: ticker(symbol), name: `${symbol} Inc.` }));
const listed = (...symbols: string[]): ListOutcome => ({
  kind: "ok",
  securities: securities(...symbols),
});
const page = (symbols: string[], next: string): ListOutcome => ({
  kind: "ok",
  securities: securities(...symbols),
  next,
});
const many = (count: number) => Array.from({ length: count }, (_, at) => `M${at}`);
const failed: ListOutcome = { kind: "failed", failure: "server_error", detail: "Status 500" };
const entry = (symbol: string, priceable = true): CatalogEntry => ({
  ticker: ticker(symbol),
  name: `${symbol} Inc.`,
  priceable,
  source: "fake",
});

function open(
  { initial = [], listEveryMs = 3_600_000, ...options }: {
    initial?: readonly CatalogEntry[];
    listEveryMs?: number;
    log?: Log;
    isKnown?: (ticker: Ticker) => boolean;
  } = {},
) {
  const rig = createPollerRig();
  const state = { outcome: listed("A", "B"), catalog: [...initial], saves: 0, isStoreDown: false };
  const listCalls: number[] = [];
  const cursors: (string | undefined)[] = [];
  const learned: string[][] = [];
  /** The answers to the next steps; after them, `state.outcome`. */
  const steps: ListOutcome[] = [];
  const source = {
    ...rig.source,
    listEveryMs,
    listSecurities(_signal?: AbortSignal, cursor?: string) {
      listCalls.push(rig.timers.now - minute);
      cursors.push(cursor);
      return Promise.resolve(steps.shift() ?? state.outcome);
    },
    learn(listed: readonly ListedSecurity[]) {
      learned.push(listed.map(({ ticker }) => ticker));
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
    ...options,
    upstream: createUpstreams([source], { ...rig, pollIntervalMs: 5_000 }).primary,
    store,
  });
  /** As the leader does at its marks. */
  async function passMarks(count: number) {
    for (let mark = 0; mark < count; mark++) {
      refresh.runIfDue();
      await rig.pass(5_000);
    }
  }
  const heard = { listCalls, cursors, learned, announced };
  return { ...rig, ...heard, store, state, steps, refresh, passMarks };
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

Deno.test("of a list past the bound the known securities are kept first, the rest is left out, and this is logged once a read", async () => {
  const logged: string[] = [];
  const log = {
    ...createLog("silent"),
    warn: (_: unknown, text?: string) => void logged.push(text ?? ""),
  };
  const { refresh, state, pass } = open({
    initial: [entry("GONE")],
    log,
    isKnown: (known) => known === "KNOWN",
  });
  const many = Array.from({ length: catalogMax + 10 }, (_, at) => `N${at}`);
  const securities = [...many, "KNOWN"].map((each) => ({ ticker: ticker(each), name: each }));
  state.outcome = { kind: "ok", securities };
  refresh.runIfDue();
  await pass(5_000);
  assert.equal(state.catalog.length, catalogMax);
  const kept = new Set(state.catalog.map(({ ticker }) => ticker as string));
  assert.deepEqual(
    ["KNOWN", "N0", `N${catalogMax - 2}`, `N${catalogMax - 1}`, "GONE"].map((each) =>
      kept.has(each)
    ),
    [true, true, true, false, false],
  );
  assert.deepEqual(logged, [
    "The source lists more securities than are kept; the rest is left out.",
  ]);
});

Deno.test("what is no longer listed is kept while there is room", async () => {
  const { refresh, state, pass } = open({ initial: [entry("GONE")] });
  refresh.runIfDue();
  await pass(5_000);
  assert.deepEqual(state.catalog, [entry("GONE", false), entry("A"), entry("B")]);
});

Deno.test("a security that is no longer listed is kept as not priceable", () => {
  const merge = (former: CatalogEntry[], listed: ListedSecurity[]) =>
    mergeCatalog(former, { listed, source: "fake" });
  const merged = merge([entry("A"), entry("OLD")], securities("A"));
  assert.deepEqual(merged, [entry("A"), entry("OLD", false)]);
  const back = merge(merged ?? [], [{ ticker: ticker("OLD"), name: "New name" }]);
  assert.deepEqual(back, [entry("A", false), { ...entry("OLD"), name: "New name" }]);
  assert.equal(merge([entry("A")], securities("A")), undefined);
  const spelled = merge([entry("A")], [{ ...securities("A")[0]!, symbol: "a", kind: "fund" }]);
  assert.deepEqual(spelled, [{ ...entry("A"), symbol: "a", kind: "fund" }]);
});

Deno.test("a list without names leaves the names of a former list", () => {
  const listed = ["A", "NEW"].map((symbol) => ({ ticker: ticker(symbol), name: symbol }));
  const merged = mergeCatalog([entry("A")], { listed, source: "fake" });
  assert.deepEqual(merged, [entry("A"), { ...entry("NEW"), name: "NEW" }]);
});

Deno.test("of the securities that are no longer listed, 50,000 are kept", () => {
  const former = many(50_003).map((symbol) => entry(symbol, false));
  const merged = mergeCatalog(former, { listed: securities("M0", "NEW"), source: "fake" });
  assert.equal(merged?.length, 50_002);
  const tickers = merged?.map(({ ticker }) => ticker);
  assert.deepEqual([tickers?.slice(0, 2), tickers?.at(-1)], [["M0", "M3"], "NEW"]);
});

Deno.test("a list of many steps is taken when it is complete, and read again a day later", async () => {
  const { steps, state, cursors, learned, passMarks, announced, listCalls } = open({
    listEveryMs: 86_400_000,
  });
  steps.push(page(["A"], "2"), page(["B"], "3"), listed("C"));
  await passMarks(2);
  assert.deepEqual([state.saves, learned], [0, []]);
  await passMarks(1);
  assert.deepEqual(state.catalog, [entry("A"), entry("B"), entry("C")]);
  assert.deepEqual(learned, [["A", "B", "C"]]);
  state.outcome = listed("A", "B", "C");
  await passMarks(17_300);
  assert.deepEqual(cursors, [undefined, "2", "3", undefined]);
  assert.equal(listCalls.at(-1), 86_400_000);
  assert.deepEqual(announced, ["catalog_changed"]);
});

Deno.test("after a failed step the list is read from its first step, after a pause that doubles up to an hour", async () => {
  const { steps, cursors, state, listCalls, passMarks } = open();
  steps.push(page(["A"], "2"), failed, failed, page(["A"], "2"), listed("B"));
  await passMarks(40);
  assert.deepEqual(cursors, [undefined, "2", undefined, undefined, "2"]);
  assert.deepEqual(listCalls, [0, 5_000, 65_000, 185_000, 190_000]);
  assert.deepEqual(state.catalog, [entry("A"), entry("B")]);
  state.outcome = failed;
  await passMarks(8_000);
  const gaps = listCalls.slice(6).map((at, index) => at - listCalls[index + 5]!);
  assert.deepEqual(gaps.slice(0, 4), [60_000, 120_000, 240_000, 480_000]);
  assert.equal(Math.max(...gaps), 3_600_000);
});

Deno.test("a provider that says when to ask again is not asked before", async () => {
  const { steps, listCalls, passMarks } = open();
  steps.push({
    kind: "failed",
    failure: "rate_limited",
    detail: "Status 429",
    retryAfterMs: 299_000,
  });
  await passMarks(61);
  assert.deepEqual(listCalls, [0, 300_000]);
});

Deno.test("what was read of a list an hour ago is not continued", async () => {
  const { steps, cursors, pass, passMarks, state } = open();
  steps.push(page(["OLD"], "2"), listed("A"));
  await passMarks(1);
  await pass(3_600_000);
  await passMarks(1);
  assert.deepEqual(cursors, [undefined, undefined]);
  assert.deepEqual(state.catalog, [entry("A")]);
});

Deno.test("a list that is suddenly empty or below half of the former one delists nothing", async () => {
  for (const count of [0, 99]) {
    const initial = many(200).map((symbol) => entry(symbol));
    const { state, passMarks, announced, learned, listCalls } = open({ initial });
    state.outcome = listed(...many(count));
    await passMarks(20);
    assert.deepEqual(state.catalog, initial);
    assert.deepEqual([announced, learned, listCalls], [[], [], [0, 60_000]]);
  }
  const half = open({ initial: many(200).map((symbol) => entry(symbol)) });
  half.state.outcome = listed(...many(100));
  await half.passMarks(1);
  assert.equal(half.state.catalog.filter(({ priceable }) => priceable).length, 100);
});

Deno.test("the list of another source may be of any length", async () => {
  const initial = many(200).map((symbol) => ({ ...entry(symbol), source: "other" }));
  const { state, passMarks } = open({ initial });
  await passMarks(1);
  const priceable = state.catalog.filter(({ priceable }) => priceable);
  assert.deepEqual(priceable, [entry("A"), entry("B")]);
});

Deno.test("a list without an end is refused", async () => {
  const endless = open();
  endless.state.outcome = page(["A"], "again");
  await endless.passMarks(205);
  assert.deepEqual([endless.listCalls.length, endless.state.saves], [200, 0]);
  await endless.passMarks(10);
  assert.deepEqual(endless.cursors.slice(199, 202), ["again", undefined, "again"]);
});

Deno.test("of two symbols for one ticker, the one that is spelled like it counts", async () => {
  const { steps, state, passMarks } = open();
  const [abc] = securities("ABC");
  steps.push(
    { kind: "ok", securities: [{ ...abc!, name: "First", symbol: "AbC" }], next: "2" },
    { kind: "ok", securities: [{ ...abc!, name: "Own" }], next: "3" },
    { kind: "ok", securities: [{ ...abc!, name: "Third", symbol: "aBC" }] },
  );
  await passMarks(3);
  assert.deepEqual(state.catalog, [{ ...entry("ABC"), name: "Own" }]);
});

Deno.test("after a failure the former list stays, and the list is read again a minute later", async () => {
  const { refresh, state, listCalls, announced, pass } = open({ initial: [entry("A")] });
  state.outcome = failed;
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
