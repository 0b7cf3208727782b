// Owns what the holder of the lease does: polls at the marks and for newcomers, publishes, backs off. Holds no lease itself.

import type { Bus } from "../lib/bus/bus.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { Metrics } from "../lib/metrics.ts";
import type { Ticker } from "../lib/quote.ts";
import type { QuoteSource } from "../lib/sources/source.ts";
import { createBackoff } from "./backoff.ts";
import { busTimeoutMs, within } from "./deadline.ts";
import { type BatchesResult, createFetchBatches } from "./fetch_batches.ts";
import type { HeldLease } from "./lease.ts";
import { createNewcomers } from "./newcomers.ts";
import type { Publisher } from "./publisher.ts";
import type { SecuritiesRefresh } from "./refresh_securities.ts";
import { markAt, nextMark } from "./schedule.ts";
import { compareQuotes } from "./tick_content.ts";

export interface LeaderOptions {
  readonly source: QuoteSource;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly publisher: Publisher;
  readonly pollIntervalMs: number;
  readonly securitiesRefresh?: SecuritiesRefresh | undefined;
}

export interface Leader {
  /** Polls until the signal aborts or the lease is lost. A new epoch polls at once. */
  lead(held: HeldLease, signal: AbortSignal): Promise<void>;
}

/** One term under one lease, until its signal aborts. */
interface Term {
  readonly epoch: number;
  readonly signal: AbortSignal;
}

/** The part of the cadence a poll may take; what is not answered by then counts as failed. */
const pollShareMax = 0.9;
/** Calls for newcomers end well within this many seconds, so no more than these run at once. */
const newcomerCallsMax = 6;

export function createLeader(options: LeaderOptions): Leader {
  const { source, bus, clock, log, metrics, publisher, pollIntervalMs, securitiesRefresh } =
    options;
  const fetchBatches = createFetchBatches({ source, clock, metrics });
  const newcomers = createNewcomers(clock);
  const backoff = createBackoff(pollIntervalMs);
  /** What running calls ask for: no ticker is asked for twice at the same time. */
  const inFlight = new Set<Ticker>();
  let lastEpoch = 0;
  let polledMark = -Infinity;

  async function pollMarks(term: Term) {
    while (!term.signal.aborted) {
      const now = clock.now();
      const mark = markAt(now, pollIntervalMs);
      const wentBack = mark < polledMark - pollIntervalMs;
      if (mark > polledMark || wentBack) {
        await pollMark(term);
        // A poll that took until the next mark has served it too.
        polledMark = markAt(clock.now(), pollIntervalMs);
      } else {
        await clock.sleep(nextMark(now, pollIntervalMs) - now, term.signal);
      }
    }
  }

  async function pollMark(term: Term) {
    securitiesRefresh?.runIfDue();
    const tickers = await readWanted();
    if (!tickers) return;
    metrics.watchedTickers.set(tickers.length);
    const now = clock.now();
    if (tickers.length > 0) {
      newcomers.remove(tickers);
      const asked = backoff.isWaiting(now) ? [] : tickers.filter((ticker) => !inFlight.has(ticker));
      await poll(asked, { ...term, kind: "mark" });
    } else if (publisher.isDue(now)) {
      const nothing = { quotes: [], unchanged: [] };
      const { epoch } = term;
      await publisher.publish(nothing, { epoch, kind: "mark", idle: true });
    }
  }

  async function readWanted(): Promise<readonly Ticker[] | undefined> {
    try {
      const { signedIn, anonymous } = await within(bus.wanted(), {
        clock,
        ms: Math.min(busTimeoutMs, pollIntervalMs / 2),
        what: "Reading what is wanted",
      });
      return [...signedIn, ...anonymous];
    } catch (error) {
      log.warn({ err: error }, "The bus did not say what is wanted; this mark is skipped.");
      return undefined;
    }
  }

  async function pollNewcomers(term: Term) {
    const calls = new Set<Promise<void>>();
    for (;;) {
      const tickers = await newcomers.next(needsCall, term.signal);
      if (tickers.length === 0) break;
      const call = poll(tickers, { ...term, kind: "newcomers" }).finally(() => calls.delete(call));
      calls.add(call);
      if (calls.size >= newcomerCallsMax) await Promise.race(calls);
    }
    await Promise.all(calls);
  }

  /** While backing off, newcomers are left to the next mark that asks again. */
  function needsCall(ticker: Ticker): boolean {
    if (inFlight.has(ticker) || backoff.isWaiting(clock.now())) return false;
    const [held] = bus.latest([ticker]).quotes;
    return held === undefined || held.stale;
  }

  async function poll(asked: readonly Ticker[], term: Term & { kind: "mark" | "newcomers" }) {
    const { epoch, signal, kind } = term;
    const startedAt = clock.now();
    for (const ticker of asked) inFlight.add(ticker);
    const result = await fetchInTime(asked, signal);
    for (const ticker of asked) inFlight.delete(ticker);
    judge(result, startedAt);
    if (result.quotes.length === 0 && kind === "newcomers") return;
    const held = bus.latest(asked).quotes;
    const content = compareQuotes(result.quotes, { held, source: source.name });
    const callsBeganAt = asked.length > 0 ? startedAt : undefined;
    await publisher.publish(content, { epoch, kind, startedAt: callsBeganAt });
  }

  async function fetchInTime(
    tickers: readonly Ticker[],
    signal: AbortSignal,
  ): Promise<BatchesResult> {
    const deadline = new AbortController();
    const cancel = clock.after(pollIntervalMs * pollShareMax, () => deadline.abort());
    const result = await fetchBatches(tickers, AbortSignal.any([signal, deadline.signal]));
    cancel();
    return result;
  }

  function judge({ failures, answered }: BatchesResult, startedAt: number) {
    const isLimited = failures.some(({ failure }) => failure === "rate_limited");
    if (answered > 0 && !isLimited) backoff.succeeded();
    if (failures.length === 0) return;
    const first = failures.slice(0, 3).map(({ failure, detail }) => `${failure}: ${detail}`);
    log.warn({ source: source.name, answered, failed: failures.length, first }, "Calls failed.");
    if (failures.some(({ failure }) => failure === "unknown_ticker")) securitiesRefresh?.reload();
    if (answered > 0 && !isLimited) return;
    const retryAfterMs = Math.max(...failures.map((failure) => failure.retryAfterMs ?? 0));
    backoff.failed({ startedAt, now: clock.now(), retryAfterMs });
  }

  return {
    async lead({ lease: { epoch }, lost }, windowSignal) {
      if (epoch !== lastEpoch) polledMark = -Infinity;
      lastEpoch = epoch;
      const ended = new AbortController();
      const term = { epoch, signal: AbortSignal.any([windowSignal, lost, ended.signal]) };
      const unsubscribe = bus.onAnnounce((announcement) => {
        if (announcement.kind === "newcomers") newcomers.add(announcement.interest);
      });
      metrics.cadence.set(pollIntervalMs / 1_000);
      try {
        await Promise.all([pollMarks(term), pollNewcomers(term)]);
      } finally {
        ended.abort();
        unsubscribe();
        newcomers.clear();
      }
    },
  };
}
