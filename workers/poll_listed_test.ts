// What a provider lists can be found and priced: its stand-in over HTTP, the worker, the store and the search.

import assert from "node:assert/strict";
import { formatPrice, parseTicker, type Ticker } from "../lib/quote.ts";
import { createSecurities } from "../lib/securities/create_securities.ts";
import { findAddable, findSecurity } from "../lib/securities/find_security.ts";
import type { QuoteSource } from "../lib/sources/source.ts";
import { openKvStore } from "../lib/store/kv_store.ts";
import type { CatalogStore } from "../lib/store/store.ts";
import { createPollerRig, type PollerRig, startCron } from "../tests/support/poller_rig.ts";
import { marketSize } from "../tests/support/providers/market.ts";
import {
  type FakeProvider,
  providers,
  startProvider,
} from "../tests/support/providers/provider.ts";
import { listedBy } from "./merge_catalog.ts";
import { createSecuritiesRefresh } from "./refresh_securities.ts";
import { createUpstreams } from "./upstream/create_upstreams.ts";

const tickerOf = (text: string): Ticker => parseTicker(text)!;

interface World {
  readonly rig: PollerRig;
  readonly provider: FakeProvider;
  readonly store: CatalogStore;
}

/** An instance as main.ts composes it. Answers take real time, during which the faked clock stands still. */
async function openInstance({ rig, provider, store }: World) {
  let underWay = 0;
  const counted = <T>(call: Promise<T>) => (underWay++, call.finally(() => underWay--));
  const source = provider.definition.configure({
    text: (name) => provider.env[name] ?? "",
    optionalText: (name) => provider.env[name],
    url: (name, fallback) => new URL(provider.env[name] ?? fallback ?? ""),
  })({ ...rig, tickers: [] });
  const watched: QuoteSource = {
    ...source,
    fetchQuotes: (...call) => counted(source.fetchQuotes(...call)),
    listSecurities: (...step) => counted(source.listSecurities!(...step)),
  };
  const securities = createSecurities();
  const upstreams = createUpstreams([watched], { ...rig, pollIntervalMs: 5_000 });
  const refresh = createSecuritiesRefresh({ ...rig, upstream: upstreams.primary, store });

  async function readCatalog() {
    const catalog = await store.catalog();
    upstreams.primary.learn(listedBy(catalog, source.name));
    await securities.merge(catalog);
  }
  await readCatalog();

  /** At most 100 marks. */
  async function passMarks(isDone: () => boolean, atMark = () => {}) {
    for (let mark = 0; mark < 100 && !isDone(); mark++) {
      atMark();
      await until(() => underWay === 0);
      await rig.pass(5_000);
    }
    await until(isDone);
  }

  return {
    securities,
    async readList() {
      let isRead = false;
      rig.bus.onAnnounce(({ kind }) => void (isRead ||= kind === "catalog_changed"));
      await passMarks(() => isRead, refresh.runIfDue);
      await readCatalog();
    },
    async poll(isDone: () => boolean) {
      startCron(rig, { poller: rig.openPoller({ upstreams }), jittersMs: [0] });
      await passMarks(isDone);
      await rig.close();
    },
  };
}

async function until(isDone: () => boolean) {
  for (let tries = 0; tries < 10_000 && !isDone(); tries++) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  assert.ok(isDone(), "this should have happened by now");
}

for (const shape of providers) {
  Deno.test(`${shape.name}: what it lists is found, priced in its own spelling, renamed and delisted`, async () => {
    await using provider = startProvider(shape);
    const store = await openKvStore({ path: ":memory:" });
    const rig = createPollerRig();
    const world = { rig, provider, store };

    const first = await openInstance(world);
    await first.readList();
    const nameOf = (ticker: string, name: string) => shape.hasNoNames ? ticker : name;
    const byName = first.securities.search(nameOf("QUOKK", "quokka robotics"), 5);
    assert.deepEqual(byName, [{
      ticker: "QUOKK",
      name: nameOf("QUOKK", "Quokka Robotics Inc."),
      exchange: "NASDAQ",
      kind: "share",
      currency: "USD",
      market: "us",
    }]);
    assert.deepEqual(first.securities.search("quokk", 5), byName);
    assert.equal(first.securities.search("wombt", 1)[0]?.kind, "fund");
    assert.equal(first.securities.tickers().length, marketSize);

    const restarted = await openInstance(world);
    const steps = provider.listSteps();
    const wanted = ["QUOKK", "WOMBT", "BAC.PRL"];
    for (const text of wanted) assert.equal(findAddable(restarted.securities, text).ticker, text);
    await rig.watch(wanted);
    const prices = () => rig.bus.latest(wanted.map(tickerOf)).quotes;
    await restarted.poll(() => prices().length === wanted.length);
    assert.deepEqual(
      Object.fromEntries(prices().map(({ ticker, price }) => [ticker, formatPrice(price)])),
      { QUOKK: "42.17", WOMBT: "27.50", "BAC.PRL": "1150.50" },
    );
    assert.ok(provider.asked.includes(shape.preferred), `${provider.asked}`);
    assert.equal(provider.listSteps(), steps, "the stored list is enough");

    provider.market.delete("BILBY");
    provider.market.set("NUMBT", { ...provider.market.get("NUMBT")!, name: "Echidna Mining Corp" });
    await rig.pass(86_400_000);
    await first.readList();
    const renamed = nameOf("NUMBT", "Echidna Mining Corp");
    assert.equal(first.securities.search(renamed, 1)[0]?.name, renamed);
    const delisted = findSecurity(first.securities, "BILBY");
    assert.equal(delisted.name, nameOf("BILBY", "Bilby Foods Inc."));
    assert.throws(() => findAddable(first.securities, "BILBY"), { code: "unknown_ticker" });
    await store.close();
  });
}
