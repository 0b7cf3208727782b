// Owns the source's own list of securities: the leader reads it, merges it into the store and announces it. Never delays a tick.

import type { Bus } from "../lib/bus/bus.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { Ticker } from "../lib/quote.ts";
import type { ListedSecurity } from "../lib/sources/source.ts";
import type { CatalogEntry, CatalogStore } from "../lib/store/store.ts";
import type { Upstream } from "./upstream/upstreams.ts";

export interface SecuritiesRefresh {
  /** Starts a refresh if one is due and none runs; returns at once. */
  runIfDue(): void;
  /** Refreshes soon: the source refused a ticker, so its list has changed. */
  reload(): void;
  /** Aborts a running refresh; none starts after it. Never rejects. */
  stop(): Promise<void>;
}

export interface SecuritiesRefreshOptions {
  readonly upstream: Pick<Upstream, "name" | "listSecurities">;
  readonly store: CatalogStore;
  readonly bus: Pick<Bus, "announce">;
  readonly clock: Clock;
  readonly log: Log;
}

const refreshEveryMs = 3_600_000;
/** Each read of the list is a paid call: after a failure, and after a refused ticker, it waits this long. */
const retryFailedMs = 60_000;
const reloadGapMs = 10_000;

export function createSecuritiesRefresh(options: SecuritiesRefreshOptions): SecuritiesRefresh {
  const { upstream, store, bus, clock, log } = options;
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let startedAt = -Infinity;
  let dueAt = -Infinity;

  async function refresh() {
    const listed = await upstream.listSecurities?.(stopping.signal);
    if (!listed || stopping.signal.aborted) return;
    const former = await store.catalog();
    const merged = mergeCatalog(former, listed);
    if (merged) {
      await store.saveCatalog(merged);
      await bus.announce({ kind: "catalog_changed" });
      log.info({ source: upstream.name, securities: merged.length }, "The catalog has changed.");
    }
    dueAt = startedAt + refreshEveryMs;
  }

  async function run() {
    startedAt = clock.now();
    dueAt = startedAt + retryFailedMs;
    try {
      await refresh();
    } catch (error) {
      log.warn({ err: error }, "The catalog could not be refreshed; the former one stays.");
    } finally {
      running = undefined;
    }
  }

  function runIfDue() {
    if (!upstream.listSecurities || running || stopping.signal.aborted) return;
    if (clock.now() >= dueAt) running = run();
  }

  return {
    runIfDue,
    reload() {
      dueAt = Math.min(dueAt, startedAt + reloadGapMs);
      runIfDue();
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** Listed securities can be priced; those no longer listed are kept as not priceable. Undefined if nothing changes. */
export function mergeCatalog(
  former: readonly CatalogEntry[],
  listed: readonly ListedSecurity[],
): CatalogEntry[] | undefined {
  const merged = new Map<Ticker, CatalogEntry>();
  for (const entry of former) merged.set(entry.ticker, { ...entry, priceable: false });
  for (const { ticker, name } of listed) merged.set(ticker, { ticker, name, priceable: true });
  const isSame = merged.size === former.length && former.every(({ ticker, name, priceable }) => {
    const entry = merged.get(ticker);
    return entry?.name === name && entry.priceable === priceable;
  });
  return isSame ? undefined : [...merged.values()];
}
