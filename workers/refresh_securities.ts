// Owns the source's own list of securities: the leader reads it step by step, merges it into the store and announces it. Never delays a tick.

import type { Bus } from "../lib/bus/bus.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { Ticker } from "../lib/quote.ts";
import { catalogMax } from "../lib/securities/securities.ts";
import type { ListedSecurity } from "../lib/sources/source.ts";
import type { CatalogStore } from "../lib/store/store.ts";
import { listedBy, mergeCatalog } from "./merge_catalog.ts";
import type { Upstream } from "./upstream/upstreams.ts";

export interface SecuritiesRefresh {
  /** Starts a step of a refresh if one is due and none runs; returns at once. */
  runIfDue(): void;
  /** Refreshes soon: the source refused a ticker, so its list has changed. */
  reload(): void;
  /** Aborts a running step; none starts after it. Never rejects. */
  stop(): Promise<void>;
}

export interface SecuritiesRefreshOptions {
  readonly upstream: Pick<Upstream, "name" | "listSecurities" | "listEveryMs" | "learn">;
  readonly store: CatalogStore;
  readonly bus: Pick<Bus, "announce">;
  readonly clock: Clock;
  readonly log: Log;
  /** These are kept first of a list that is longer than the catalog may be. Default: none. */
  readonly isKnown?: (ticker: Ticker) => boolean;
}

/** Each read of the list is a paid call: after a failure it waits a minute, and twice as long after each further one. */
const retryFailedMs = 60_000;
const retryFailedMsMax = 3_600_000;
/** After a refused ticker an hourly list is read again 10 s after its last read, a daily one 4 minutes after it. */
const reloadGapShare = 1 / 360;
/** A list of which no step was read for this long, because another instance led, begins again. */
const partMsMax = 3_600_000;
/** A list with more steps is refused: it may have no end. */
const stepsMax = 200;
/** A list below half of the former one is refused as truncated. Lists below this count may shrink at will. */
const shrinkCountMin = 100;
const shrinkShareMin = 0.5;

/** The steps that were read of a list. */
interface Part {
  readonly listed: Map<Ticker, ListedSecurity>;
  readonly steps: number;
  readonly cursor?: string | undefined;
  readonly readAt: number;
}

export function createSecuritiesRefresh(options: SecuritiesRefreshOptions): SecuritiesRefresh {
  const { upstream, store, bus, clock, log, isKnown = () => false } = options;
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let part: Part | undefined;
  let failures = 0;
  let startedAt = -Infinity;
  let dueAt = -Infinity;

  async function step() {
    const now = clock.now();
    const begun = part && now - part.readAt <= partMsMax ? part : undefined;
    if (!begun) startedAt = now;
    const outcome = await upstream.listSecurities?.(stopping.signal, begun?.cursor);
    if (!outcome || stopping.signal.aborted) return;
    // What was read is kept; the next mark tries again.
    if (outcome.kind === "over_budget") return;
    part = undefined;
    if (outcome.kind === "failed") return retryLater(outcome.retryAfterMs);
    const listed = begun?.listed ?? new Map<Ticker, ListedSecurity>();
    const steps = (begun?.steps ?? 0) + 1;
    addListed(listed, outcome.securities);
    if (outcome.next === undefined) return await take([...listed.values()]);
    if (steps >= stepsMax) return refuse("It has too many steps.", listed.size);
    part = { listed, steps, cursor: outcome.next, readAt: clock.now() };
  }

  /** Only a complete list comes here. */
  async function take(listed: readonly ListedSecurity[]) {
    const former = await store.catalog();
    const formerCount = listedBy(former, upstream.name).length;
    const isShrunk = formerCount >= shrinkCountMin &&
      listed.length < formerCount * shrinkShareMin;
    if (listed.length === 0 || isShrunk) {
      return refuse(`It is suspiciously short; the former one has ${formerCount}.`, listed.length);
    }
    upstream.learn(listed);
    const merged = mergeCatalog(former, { listed: withinBound(listed), source: upstream.name });
    if (merged) {
      await store.saveCatalog(merged);
      await bus.announce({ kind: "catalog_changed" });
      log.info({ source: upstream.name, securities: merged.length }, "The catalog has changed.");
    }
    failures = 0;
    dueAt = startedAt + upstream.listEveryMs;
  }

  function refuse(reason: string, securities: number) {
    log.warn({ source: upstream.name, reason, securities }, "The source's list is refused.");
    retryLater();
  }

  function retryLater(retryAfterMs = 0) {
    const pauseMs = Math.min(retryFailedMsMax, retryFailedMs * 2 ** failures++);
    dueAt = clock.now() + Math.max(pauseMs, retryAfterMs);
  }

  /** Past the bound, a list would take a search index of gigabytes, so the rest of it is left out. */
  function withinBound(listed: readonly ListedSecurity[]): readonly ListedSecurity[] {
    if (listed.length <= catalogMax) return listed;
    const count = { source: upstream.name, listed: listed.length, kept: catalogMax };
    log.warn(count, "The source lists more securities than are kept; the rest is left out.");
    const known = listed.filter(({ ticker }) => isKnown(ticker));
    const others = listed.filter(({ ticker }) => !isKnown(ticker));
    return [...known, ...others].slice(0, catalogMax);
  }

  async function run() {
    try {
      await step();
    } catch (error) {
      part = undefined;
      retryLater();
      log.warn({ err: error }, "The catalog could not be refreshed; the former one stays.");
    } finally {
      running = undefined;
    }
  }

  function runIfDue() {
    if (!upstream.listSecurities || running || stopping.signal.aborted) return;
    if (part || clock.now() >= dueAt) running = run();
  }

  return {
    runIfDue,
    reload() {
      const gapMs = upstream.listEveryMs * reloadGapShare;
      if (failures === 0) dueAt = Math.min(dueAt, startedAt + gapMs);
      runIfDue();
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** Of two symbols for one ticker, the one that is spelled like it counts, else the first. */
function addListed(listed: Map<Ticker, ListedSecurity>, securities: readonly ListedSecurity[]) {
  for (const security of securities) {
    const former = listed.get(security.ticker);
    const isBetter = former?.symbol !== undefined && security.symbol === undefined;
    if (!former || isBetter) listed.set(security.ticker, security);
  }
}
