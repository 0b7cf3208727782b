// Owns reading any number of tickers from a source: batches within its budget, few at a time, each failing alone. Where one
// unknown ticker fails its batch, the next read asks for halves until it is found.

import type { Clock } from "../../lib/clock.ts";
import type { Metrics } from "../../lib/metrics.ts";
import type { Ticker } from "../../lib/quote.ts";
import type {
  Failed,
  FetchOutcome,
  QuoteSource,
  SourceQuote,
  TickerFault,
} from "../../lib/sources/source.ts";
import { waitForBudgetMs } from "./allowance.ts";
import type { Budget, Spending } from "./budget.ts";
import { costOf, splitsFor } from "./cost.ts";
import type { RefusedTickers } from "./refused_tickers.ts";
import type { ReadQuote, UpstreamFailure } from "./upstreams.ts";

type TimedQuote = SourceQuote & Pick<ReadQuote, "requestedAt" | "readAt">;

export interface BatchesResult {
  readonly quotes: readonly TimedQuote[];
  readonly faults: readonly { readonly ticker: Ticker; readonly fault: TickerFault }[];
  readonly failures: readonly UpstreamFailure[];
  /** The batches that were answered, even without a usable price. */
  readonly answered: number;
}

export type FetchBatches = (
  tickers: readonly Ticker[],
  signal: AbortSignal,
) => Promise<BatchesResult>;

export interface FetchBatchesOptions {
  readonly source: QuoteSource;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly budget: Budget;
  readonly refused: RefusedTickers;
}

/** The most calls that run at once. The others wait for their turn, at most until the signal aborts. */
const parallelMax = 8;

/** Never rejects: a batch that fails, or has no answer before the signal aborts, is a failure of the result. */
export function createFetchBatches(
  { source, clock, metrics, budget, refused }: FetchBatchesOptions,
): FetchBatches {
  async function fetchBatch(tickers: readonly Ticker[], signal: AbortSignal) {
    if (signal.aborted) return { outcome: notInTime("not asked"), requestedAt: 0, readAt: 0 };
    const amount = costOf(source, tickers.length);
    const spending = budget.start(amount) ?? await waitForBudget(amount, signal);
    if (!spending) return { outcome: overBudget, requestedAt: 0, readAt: 0 };
    const requestedAt = clock.now();
    const outcome = await untilAborted(source.fetchQuotes(tickers, signal), signal);
    const readAt = clock.now();
    if (isWithoutCall(outcome)) {
      spending.undo();
    } else {
      spending.end();
      const label = outcome.kind === "ok" ? "ok" : outcome.failure;
      metrics.upstreamCalls.inc({ source: source.name, outcome: label });
      metrics.upstreamSeconds.observe({ source: source.name }, (readAt - requestedAt) / 1_000);
    }
    if (outcome.kind === "ok") {
      for (const { fault } of outcome.faults) {
        metrics.tickerFaults.inc({ source: source.name, fault });
      }
    }
    return { outcome, requestedAt, readAt };
  }

  /** Calls that ended almost a minute ago leave the window in a moment. */
  async function waitForBudget(amount: number, signal: AbortSignal): Promise<Spending | undefined> {
    // A limit for each second only spaces the calls: it is worth waiting for.
    const spacingMs = budget.limits.map(({ windowMs }) => windowMs).filter((ms) => ms <= 1_000);
    const until = clock.now() + Math.max(waitForBudgetMs, ...spacingMs.map((ms) => 2 * ms));
    for (;;) {
      const freeAt = budget.freeAt(amount);
      if (freeAt > until) return undefined;
      await clock.sleep(Math.max(1, freeAt - clock.now()), signal);
      if (signal.aborted) return undefined;
      const spending = budget.start(amount);
      if (spending) return spending;
    }
  }

  return async (tickers, signal) => {
    const quotes: TimedQuote[] = [];
    const faults: { ticker: Ticker; fault: TickerFault }[] = [];
    const failures: UpstreamFailure[] = [];
    let answered = 0;
    let splitsLeft = refused.isSearching() ? splitsFor(source) : 0;
    const suspects: Ticker[] = [];
    /** One for each read: halves of many batches would use up the splits before one ticker is found. */
    let splitBatch: readonly Ticker[] | undefined;
    const unknown: Ticker[] = [];
    const asked = tickers.filter((ticker) => !refused.has(ticker));

    /** Returns the failures of the batch. */
    async function read(
      part: readonly Ticker[],
      batch = part,
    ): Promise<readonly UpstreamFailure[]> {
      const { outcome, requestedAt, readAt } = await fetchBatch(part, signal);
      if (outcome.kind === "failed") {
        if (outcome.failure !== "unknown_ticker") return [outcome];
        if (part.length === 1) {
          unknown.push(...part);
          return [outcome];
        }
        splitBatch ??= batch;
        if (splitBatch !== batch || splitsLeft === 0) {
          suspects.push(...part);
          return [outcome];
        }
        splitsLeft--;
        const middle = Math.ceil(part.length / 2);
        const halves = [part.slice(0, middle), part.slice(middle)];
        const failed = [];
        for (const half of halves) failed.push(...await read(half, batch));
        return failed;
      }
      answered++;
      faults.push(...outcome.faults);
      for (const quote of outcome.quotes) quotes.push({ ...quote, requestedAt, readAt });
      return outcome.failures ?? [];
    }

    const batches = batchesOf(asked, source.batchSize).values();
    async function lane() {
      for (const batch of batches) {
        const failed = await read(batch);
        failures.push(...failed);
        // If no batch was answered yet, the provider may be down: more calls would cost and fail.
        const isVain = answered === 0 && failed.length > 0;
        if (isVain || failed.some(isLimit)) return;
      }
    }
    await Promise.all(Array.from({ length: parallelMax }, lane));
    refused.suspect(asked, suspects);
    // A provider that refuses all of many tickers says nothing about one of them.
    if (answered > 0 || asked.length === 1) unknown.forEach(refused.add);
    for (const ticker of tickers) {
      if (refused.has(ticker)) faults.push({ ticker, fault: "missing" });
    }
    return { quotes, faults, failures, answered };
  };
}

function batchesOf(tickers: readonly Ticker[], size: number): (readonly Ticker[])[] {
  const count = Math.ceil(tickers.length / size);
  return Array.from({ length: count }, (_, index) => {
    return tickers.slice(index * size, (index + 1) * size);
  });
}

/** A source should obey the signal and never reject; one that does not must not delay the others. */
async function untilAborted(
  call: Promise<FetchOutcome>,
  signal: AbortSignal,
): Promise<FetchOutcome> {
  const aborted = Promise.withResolvers<FetchOutcome>();
  const onAbort = () => aborted.resolve(notInTime("asked, without an answer"));
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([call, aborted.promise]);
  } catch (error) {
    return { kind: "failed", failure: "network", detail: `The source threw: ${error}` };
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

function notInTime(what: string): Failed {
  return { kind: "failed", failure: "timeout", detail: `The time for this tick ran out: ${what}` };
}

/** The next call would be refused as well. */
function isLimit({ failure }: UpstreamFailure): boolean {
  return failure === "rate_limited" || failure === "over_budget";
}

const overBudget = {
  kind: "failed",
  failure: "over_budget",
  detail: "The budget has no room for the call",
} as const;

/** If no ticker is on the source's own list, the source made no call. */
function isWithoutCall(outcome: FetchOutcome): boolean {
  return outcome.kind === "ok" && outcome.quotes.length === 0 && outcome.faults.length > 0 &&
    outcome.faults.every(({ fault }) => fault === "not_listed");
}
