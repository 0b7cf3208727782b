// Owns asking a source for any number of tickers: batches, few at a time, each failing alone. Publishes nothing.

import type { Clock } from "../lib/clock.ts";
import type { Metrics } from "../lib/metrics.ts";
import type { Ticker } from "../lib/quote.ts";
import type { FetchOutcome, QuoteSource, SourceQuote } from "../lib/sources/source.ts";

export interface ReadQuote extends SourceQuote {
  readonly requestedAt: number;
  readonly readAt: number;
}

type Failed = Extract<FetchOutcome, { kind: "failed" }>;

export interface BatchesResult {
  readonly quotes: readonly ReadQuote[];
  readonly failures: readonly Failed[];
  /** Batches that were answered, be it without a usable price. */
  readonly answered: number;
}

export type FetchBatches = (
  tickers: readonly Ticker[],
  signal: AbortSignal,
) => Promise<BatchesResult>;

/** So many calls run at once; the others wait for their turn, at most until the signal aborts. */
const parallelMax = 8;

/** The result never rejects: a batch that fails, or is not answered before the signal aborts, is a failure. */
export function createFetchBatches(
  { source, clock, metrics }: { source: QuoteSource; clock: Clock; metrics: Metrics },
): FetchBatches {
  async function fetchBatch(tickers: readonly Ticker[], signal: AbortSignal) {
    if (signal.aborted) return { outcome: notInTime("not asked"), requestedAt: 0, readAt: 0 };
    const requestedAt = clock.now();
    const outcome = await untilAborted(source.fetchQuotes(tickers, signal), signal);
    const readAt = clock.now();
    if (!isWithoutCall(outcome)) {
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

  return async (tickers, signal) => {
    const quotes: ReadQuote[] = [];
    const failures: Failed[] = [];
    let answered = 0;
    const batches = batchesOf(tickers, source.batchSize).values();
    async function lane() {
      for (const batch of batches) {
        const { outcome, requestedAt, readAt } = await fetchBatch(batch, signal);
        if (outcome.kind === "failed") {
          failures.push(outcome);
          continue;
        }
        answered++;
        for (const quote of outcome.quotes) quotes.push({ ...quote, requestedAt, readAt });
      }
    }
    await Promise.all(Array.from({ length: parallelMax }, lane));
    return { quotes, failures, answered };
  };
}

function batchesOf(tickers: readonly Ticker[], size: number): (readonly Ticker[])[] {
  const count = Math.ceil(tickers.length / size);
  return Array.from({ length: count }, (_, index) => {
    return tickers.slice(index * size, (index + 1) * size);
  });
}

/** A source promises to heed the signal and never to reject; one that does not must not hold up the others. */
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

/** Where all were outside the source's own list, it had nothing to ask. */
function isWithoutCall(outcome: FetchOutcome): boolean {
  return outcome.kind === "ok" && outcome.quotes.length === 0 && outcome.faults.length > 0 &&
    outcome.faults.every(({ fault }) => fault === "not_listed");
}
