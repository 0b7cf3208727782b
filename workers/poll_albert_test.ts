import assert from "node:assert/strict";
import { createAlbert } from "../lib/sources/albert.ts";
import type { CatalogEntry } from "../lib/store/store.ts";
import { createPollerRig } from "../tests/support/poller_rig.ts";
import { startAlbertUpstream } from "../tools/albert_upstream.ts";
import { createSecuritiesRefresh } from "./refresh_securities.ts";
import { createUpstreams } from "./upstream/create_upstreams.ts";

const symbols = Array.from({ length: 120 }, (_, index) => `T${index}`);
const key = "demo";

/** A poller in faked time over the case study's API, asked through real HTTP. */
function open() {
  const rig = createPollerRig();
  const tickers = Object.fromEntries(symbols.map((symbol) => [symbol, `${symbol} Inc.`]));
  const upstream = startAlbertUpstream({ port: 0, key, tickers });
  const albert = createAlbert({ url: new URL(upstream.url), key, clock: rig.clock });
  // Calls under a limit are reserved by a tick of their own; here ticks and calls are compared.
  const source = { ...albert, limits: [] };
  let catalog: readonly CatalogEntry[] = [];
  const store = {
    catalog: () => Promise.resolve([...catalog]),
    saveCatalog: (entries: readonly CatalogEntry[]) => {
      catalog = entries;
      return Promise.resolve();
    },
  };
  const securitiesRefresh = createSecuritiesRefresh({
    ...rig,
    upstream: createUpstreams([source], { ...rig, pollIntervalMs: 5_000 }).primary,
    store,
  });
  return {
    ...rig,
    upstream,
    store,
    poller: rig.openPoller({ source, securitiesRefresh }),
    /** Answers take real time; the faked clock stands still meanwhile. */
    async until(isDone: () => boolean) {
      for (let tries = 0; tries < 2_000 && !isDone(); tries++) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      assert.ok(isDone(), "this should have happened by now");
    },
    async [Symbol.asyncDispose]() {
      await rig.close();
      await upstream.close();
    },
  };
}

for (const [watched, callsPerTick] of [[1, 1], [50, 1], [51, 2], [120, 3]] as const) {
  Deno.test(`${watched} watched tickers cost ${callsPerTick} upstream calls a tick`, async () => {
    await using rig = open();
    await rig.watch(symbols.slice(0, watched));
    void rig.poller.openWindow();
    for (let tick = 1; tick <= 3; tick++) {
      await rig.until(() => rig.ticks.length === tick);
      assert.equal(rig.upstream.calls().prices, tick * callsPerTick);
      assert.equal(rig.ticks.at(-1)?.quotes.length, watched);
      await rig.pass(5_000);
    }
  });
}

Deno.test("a ticker the API no longer lists costs one tick: then the others are priced again", async () => {
  await using rig = open();
  let catalogs = 0;
  rig.bus.onAnnounce(({ kind }) => void (kind === "catalog_changed" && catalogs++));
  await rig.watch(["T1", "T2"]);
  void rig.poller.openWindow();
  for (let tick = 1; tick <= 3; tick++) {
    await rig.until(() => rig.ticks.length === tick && catalogs === 1);
    if (tick === 3) rig.upstream.setTickers({ T2: null });
    await rig.pass(5_000);
  }
  await rig.until(() => rig.ticks.length === 4 && catalogs === 2);
  assert.deepEqual(rig.ticks.at(-1)?.quotes, []);
  await rig.pass(5_000);
  await rig.until(() => rig.ticks.length === 5);
  assert.deepEqual(rig.ticks.at(-1)?.quotes.map(({ ticker }) => ticker), ["T1"]);
  assert.deepEqual(rig.upstream.calls().lastTickers, ["T1"]);
  const gone = (await rig.store.catalog()).filter(({ priceable }) => !priceable);
  assert.deepEqual(gone.map(({ ticker }) => ticker), ["T2"]);
});
