// Owns one quote source as the worker asks it: any number of tickers, within its budget, behind its circuit breaker.

import type { Clock } from "../../lib/clock.ts";
import type { Log } from "../../lib/log.ts";
import { type Allowance, createAllowance } from "./allowance.ts";
import type { CallLimit } from "./budget.ts";
import { calendar } from "../../lib/market/calendar.ts";
import type { Metrics } from "../../lib/metrics.ts";
import type { Ticker } from "../../lib/quote.ts";
import type { Failed, FetchOutcome, QuoteSource, Readiness } from "../../lib/sources/source.ts";
import { createCircuit } from "./circuit.ts";
import { type BatchesResult, createFetchBatches, overBudget } from "./fetch_batches.ts";

/** Its `fetchQuotes` takes any number of tickers; those that were not answered are in neither list. */
export interface Upstream extends QuoteSource {
  readonly allowance: Allowance;
  readiness(): Readiness;
}

export interface UpstreamOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly pollIntervalMs: number;
  /** The operator's budget; absent: what the source's free plan allows. */
  readonly limits?: readonly CallLimit[] | undefined;
}

const circuitOpen: Failed = {
  kind: "failed",
  failure: "circuit_open",
  detail: "The source failed of late and is not asked yet",
};
/** A source whose budget gives no call within this is as good as absent: another may stand in. */
const spentForMs = 30_000;

export function createUpstream(source: QuoteSource, options: UpstreamOptions): Upstream {
  const { clock, log, metrics, pollIntervalMs, limits = source.limits ?? [] } = options;
  const followsExchange = source.hours === "exchange";
  const allowance = createAllowance({
    limits,
    clock,
    ...(followsExchange && { polledMs: calendar.tradingMs }),
  });
  const { budget } = allowance;
  const circuit = createCircuit(pollIntervalMs);
  const fetchBatches = createFetchBatches({ source, clock, metrics, budget });

  function readiness(): Readiness {
    const now = clock.now();
    const state = circuit.state(now);
    if (state === "open" || budget.freeAt(1) > now + spentForMs) return "resting";
    return state === "half_open" ? "probing" : "ready";
  }

  async function fetchQuotes(
    tickers: readonly Ticker[],
    signal: AbortSignal = new AbortController().signal,
  ): Promise<FetchOutcome> {
    const state = circuit.state(clock.now());
    if (state === "open") return circuitOpen;
    if (state === "closed") return outcomeOf(await poll(tickers, signal));
    circuit.tryBegins();
    const first = outcomeOf(await poll(tickers.slice(0, source.batchSize), signal));
    const rest = tickers.slice(source.batchSize);
    const isWorthwhile = first.failures.length === 0 && rest.length > 0;
    return isWorthwhile ? joined(first, outcomeOf(await poll(rest, signal))) : first;
  }

  async function poll(tickers: readonly Ticker[], signal: AbortSignal): Promise<BatchesResult> {
    const startedAt = clock.now();
    const result = await fetchBatches(tickers, signal);
    judge(result, startedAt);
    return result;
  }

  function judge({ failures, answered }: BatchesResult, startedAt: number) {
    circuit.tryGivenUp();
    showLeft();
    const asked = failures.filter(wasAsked);
    const isLimited = asked.some(({ failure }) => failure === "rate_limited");
    if (answered > 0 && !isLimited) circuit.succeeded();
    if (failures.length === 0) return;
    const first = failures.slice(0, 3).map(({ failure, detail }) => `${failure}: ${detail}`);
    log.warn({ source: source.name, answered, failed: failures.length, first }, "Calls failed.");
    if (asked.length === 0 || (answered > 0 && !isLimited)) return;
    const retryAfterMs = Math.max(...asked.map((failure) => failure.retryAfterMs ?? 0));
    circuit.failed({ startedAt, now: clock.now(), retryAfterMs });
  }

  function showLeft() {
    for (const { windowMs, calls } of budget.left()) {
      metrics.budgetLeft.set({ source: source.name, window: `${windowMs / 1_000}s` }, calls);
    }
  }

  function outcomeOf({ quotes, faults, failures }: BatchesResult) {
    const session = (readAt: number) => followsExchange ? calendar.sessionAt(readAt) : "open";
    const named = quotes.map((quote) => ({
      ...quote,
      source: source.name,
      session: quote.session ?? session(quote.readAt),
    }));
    return { kind: "ok", quotes: named, faults, failures } as const;
  }

  return {
    name: source.name,
    notice: source.notice,
    cost: source.cost,
    batchSize: source.batchSize,
    hours: source.hours,
    allowance,
    readiness,
    fetchQuotes,
    ...(source.listSecurities && { listSecurities: createListing(source, allowance) }),
  };
}

type Answered = Required<Extract<FetchOutcome, { kind: "ok" }>>;

function joined(first: Answered, rest: Answered): Answered {
  return {
    kind: "ok",
    quotes: [...first.quotes, ...rest.quotes],
    faults: [...first.faults, ...rest.faults],
    failures: [...first.failures, ...rest.failures],
  };
}

/** A failure of which the provider knows nothing says nothing about it. */
export function wasAsked({ failure }: Failed): boolean {
  return failure !== "over_budget" && failure !== "circuit_open";
}

/** The source's own list is a call like any other, made beside the marks. */
function createListing(source: QuoteSource, allowance: Allowance) {
  return async (signal?: AbortSignal) => {
    const spending = allowance.budget.start(1);
    if (!spending) return overBudget;
    allowance.spentByNewcomers(1);
    try {
      return await source.listSecurities?.(signal) ?? { kind: "ok" as const, securities: [] };
    } finally {
      spending.end();
    }
  };
}
