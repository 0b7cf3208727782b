// Owns the simulated quote provider: prices that show since when they are valid, a log of its calls, and its faults.

import { parsePrice, parseTicker, type Price, type Ticker } from "../../lib/quote.ts";
import type {
  CallLimit,
  FetchOutcome,
  QuoteSource,
  SourceQuote,
} from "../../lib/sources/source.ts";
import type { Machine } from "./machine.ts";
import type { Random } from "./random.ts";
import type { Scheduler } from "./scheduler.ts";

export interface UpstreamFaults {
  /** An answer takes up to this much longer. */
  slowMs: number;
  /** The share of the calls that fail. */
  failedShare: number;
  /** If not 0, calls are refused with this Retry-After. */
  retryAfterMs: number;
  /** The share of the tickers that an answer leaves out. */
  missingShare: number;
  /** Some answers come from a replica that is up to this much behind. Their times say so. */
  lagMs: number;
}

export interface UpstreamCall {
  /** When the call arrived, in the simulation's time. */
  readonly at: number;
  readonly caller: string;
  readonly tickers: readonly Ticker[];
}

export interface UpstreamModel {
  readonly faults: UpstreamFaults;
  readonly calls: readonly UpstreamCall[];
  readonly tickers: readonly Ticker[];
  /** A call that contains it fails as a whole. */
  readonly unknown: Ticker | undefined;
  /** The quote source that an instance on this machine uses. */
  sourceFor(machine: Machine, caller: string): QuoteSource;
  /** The time at which this price became the ticker's price. */
  begunAt(ticker: Ticker, price: number): number;
  /** The ticker's price at this time. */
  priceAt(ticker: Ticker, time: number): Price;
}

interface UpstreamOptions {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly tickerCount: number;
  readonly batchSize: number;
  readonly hasTimes: boolean;
  readonly isLastUnknown: boolean;
  readonly limits: readonly CallLimit[];
  readonly onCall: (call: UpstreamCall) => void;
}

/** The time between two price changes: from several changes between two marks to so few that a missed change stays visible. */
const periodsMs = [1_300, 50_000, 7_000, 90_000, 17_000];
const firstPrice = 1_000_000;
const arrivalMsMax = 60;
const answerMsMax = 60;

export function createUpstreamModel(options: UpstreamOptions): UpstreamModel {
  const { scheduler, random, tickerCount, batchSize, hasTimes, isLastUnknown, limits, onCall } =
    options;
  const startMs = scheduler.now();
  const tickers = Array.from({ length: tickerCount }, (_, index) => tickerOf(`T${index}`));
  const unknown = isLastUnknown ? tickers.at(-1) : undefined;
  const faults = { slowMs: 0, failedShare: 0, retryAfterMs: 0, missingShare: 0, lagMs: 0 };
  const calls: UpstreamCall[] = [];
  const rhythms = new Map(tickers.map((ticker, index) => {
    const periodMs = periodsMs[index % periodsMs.length]!;
    return [ticker, { periodMs, firstMs: startMs - random.between(0, periodMs) }];
  }));

  /** A higher price is a later price. */
  function priceAt(ticker: Ticker, time: number): Price {
    const { periodMs, firstMs } = rhythms.get(ticker)!;
    return priceOf(firstPrice + Math.floor((time - firstMs) / periodMs));
  }

  function begunAt(ticker: Ticker, price: number): number {
    const { periodMs, firstMs } = rhythms.get(ticker)!;
    return firstMs + (price - firstPrice) * periodMs;
  }

  function answer(asked: readonly Ticker[]): FetchOutcome {
    if (faults.retryAfterMs > 0) {
      const { retryAfterMs } = faults;
      return { kind: "failed", failure: "rate_limited", detail: "Drawn.", retryAfterMs };
    }
    if (random.chance(faults.failedShare)) {
      return { kind: "failed", failure: "server_error", detail: "Drawn." };
    }
    if (unknown && asked.includes(unknown)) {
      return { kind: "failed", failure: "unknown_ticker", detail: "Drawn." };
    }
    const isBehind = hasTimes && faults.lagMs > 0 && random.chance(0.5);
    const time = scheduler.now() - (isBehind ? random.between(0, faults.lagMs) : 0);
    const answered = asked.filter(() => !random.chance(faults.missingShare));
    const missing = asked.filter((ticker) => !answered.includes(ticker));
    return {
      kind: "ok",
      quotes: answered.map((ticker) => quoteAt(ticker, time)),
      faults: missing.map((ticker) => ({ ticker, fault: "missing" })),
    };
  }

  function quoteAt(ticker: Ticker, time: number): SourceQuote {
    const price = priceAt(ticker, time);
    return { ticker, price, ...(hasTimes && { asOf: begunAt(ticker, price) }) };
  }

  function fetchQuotes(
    { machine, caller }: { machine: Machine; caller: string },
    { asked, signal }: { asked: readonly Ticker[]; signal: AbortSignal | undefined },
  ): Promise<FetchOutcome> {
    const answered = Promise.withResolvers<FetchOutcome>();
    const takesMs = random.between(1, answerMsMax) + random.between(0, faults.slowMs);
    const { now, at } = scheduler;
    at(now() + random.between(1, arrivalMsMax), () => {
      // The call was aborted before it arrived, so it does not count.
      if (signal?.aborted) return;
      const call = { at: now(), caller, tickers: asked };
      calls.push(call);
      onCall(call);
      const outcome = answer(asked);
      at(now() + takesMs, () => machine.deliver(() => answered.resolve(outcome)));
    });
    signal?.addEventListener("abort", () => {
      answered.resolve({ kind: "failed", failure: "timeout", detail: "No answer in time." });
    }, { once: true });
    return answered.promise;
  }

  return {
    faults,
    calls,
    tickers,
    unknown,
    priceAt,
    begunAt,
    sourceFor: (machine, caller) => ({
      name: "simulation",
      notice: "Made up.",
      cost: "call",
      batchSize,
      hours: "always",
      limits,
      fetchQuotes: (asked, signal) => fetchQuotes({ machine, caller }, { asked, signal }),
    }),
  };
}

function tickerOf(text: string): Ticker {
  const ticker = parseTicker(text);
  if (!ticker) throw new Error(`"${text}" is not a ticker.`);
  return ticker;
}

function priceOf(units: number): Price {
  const price = parsePrice((units / 10_000).toFixed(4));
  if (!price) throw new Error(`${units} is not a price.`);
  return price;
}
