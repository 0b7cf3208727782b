// Owns one quote source as the worker asks it: any number of tickers, within its budget, behind its circuit breaker.

import type { Clock } from "../../lib/clock.ts";
import type { Log } from "../../lib/log.ts";
import { type MarketsAt, marketsAt, tradingMsOf } from "../../lib/market/hours.ts";
import type { Metrics } from "../../lib/metrics.ts";
import type { Market, Session, Ticker } from "../../lib/quote.ts";
import type { CallLimit, QuoteSource } from "../../lib/sources/source.ts";
import { createAllowance } from "./allowance.ts";
import { createBudget } from "./budget.ts";
import { createCircuit } from "./circuit.ts";
import { costOf, splitsFor, tickersFor } from "./cost.ts";
import { type BatchesResult, createFetchBatches } from "./fetch_batches.ts";
import { createListing } from "./listing.ts";
import { createRefusedTickers } from "./refused_tickers.ts";
import type { Answers, Readiness, ReadQuote, Upstream, UpstreamFailure } from "./upstreams.ts";

export interface UpstreamOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly pollIntervalMs: number;
  /** The operator's budget; without one, the source's own limits. */
  readonly limits?: readonly CallLimit[] | undefined;
  readonly marketOf?: ((ticker: Ticker) => Market) | undefined;
}

const circuitOpen: UpstreamFailure = {
  failure: "circuit_open",
  detail: "The source failed recently and is not asked yet",
};
/** A source whose budget allows no call within this time counts as absent: another may stand in. */
const waitForCallMsMax = 30_000;
const loggedMax = 3;
/** A budget is spread over the hours of the markets that were read within this time: after it, nobody watches them any more. */
const tradedMs = 300_000;
/** Unless the source says otherwise. */
const listEveryMs = 3_600_000;

export function createUpstream(source: QuoteSource, options: UpstreamOptions): Upstream {
  const { clock, log, metrics, pollIntervalMs, limits = source.limits } = options;
  const { marketOf = () => "us" } = options;
  const followsExchange = source.hours === "exchange";
  const budget = createBudget({ limits, clock });
  /** When each market was last read. */
  const readAt = new Map<Market, number>();
  const allowance = createAllowance({
    budget,
    clock,
    ...(followsExchange && { polledMs }),
  });
  const circuit = createCircuit(pollIntervalMs);
  const refused = createRefusedTickers({ source: source.name, clock, log });
  const fetchBatches = createFetchBatches({ source, clock, metrics, budget, refused });

  function polledMs(from: number, until: number): number {
    const since = clock.now() - tradedMs;
    const traded = [...readAt].filter(([, at]) => at > since).map(([market]) => market);
    return tradingMsOf(traded.length > 0 ? traded : ["us"], from, until);
  }

  function readiness(): Readiness {
    const now = clock.now();
    const state = circuit.state(now);
    if (state === "open" || budget.freeAt(1) > now + waitForCallMsMax) return "resting";
    return state === "half_open" ? "probing" : "ready";
  }

  async function ask(tickers: readonly Ticker[], signal: AbortSignal): Promise<Answers> {
    if (followsExchange) {
      for (const market of new Set(tickers.map(marketOf))) readAt.set(market, clock.now());
    }
    const state = circuit.state(clock.now());
    if (state === "open") return { quotes: [], faults: [], failures: [circuitOpen] };
    if (state === "closed") return answersOf(await poll(tickers, signal));
    circuit.tryBegins();
    const first = answersOf(await poll(tickers.slice(0, source.batchSize), signal));
    const rest = tickers.slice(source.batchSize);
    const isWorthwhile = first.failures.length === 0 && rest.length > 0;
    return isWorthwhile ? joined(first, answersOf(await poll(rest, signal))) : first;
  }

  async function poll(tickers: readonly Ticker[], signal: AbortSignal): Promise<BatchesResult> {
    const [startedAt, isSearch] = [clock.now(), refused.isSearching()];
    const result = await fetchBatches(tickers, signal);
    judge(result, { startedAt, isSearch });
    return result;
  }

  function judge(
    { failures, answered }: BatchesResult,
    { startedAt, isSearch }: { startedAt: number; isSearch: boolean },
  ) {
    circuit.tryGivenUp();
    measureBudget();
    const made = failures.filter(wasMade);
    const isLimited = made.some(({ failure }) => failure === "rate_limited");
    if (answered > 0 && !isLimited) circuit.succeeded();
    if (failures.length === 0) return;
    const first = failures.slice(0, loggedMax).map(({ failure, detail }) =>
      `${failure}: ${detail}`
    );
    log.warn({ source: source.name, answered, failed: failures.length, first }, "Calls failed.");
    // Refusing one ticker is an answer. Refusing all halves of a search is not.
    const isRefusal = !isSearch && made.every(({ failure }) => failure === "unknown_ticker");
    if (isRefusal || (answered > 0 && !isLimited)) return;
    const retryAfterMs = Math.max(...made.map((failure) => failure.retryAfterMs ?? 0));
    circuit.failed({ startedAt, now: clock.now(), retryAfterMs });
  }

  function measureBudget() {
    for (const { windowMs, calls } of budget.remaining()) {
      metrics.budgetLeft.set({ source: source.name, window: `${windowMs / 1_000}s` }, calls);
    }
  }

  function answersOf({ quotes, faults, failures }: BatchesResult): Answers {
    // The quotes of a batch were read at the same time.
    const markets = new Map<number, MarketsAt>();
    function sessionOf(ticker: Ticker, at: number): Session {
      if (!followsExchange) return "open";
      const known = markets.get(at) ?? marketsAt(at);
      markets.set(at, known);
      return known.sessionOf(marketOf(ticker));
    }
    const named = quotes.map((quote) => {
      const session = quote.session ?? sessionOf(quote.ticker, quote.readAt);
      return inSession({ ...quote, source: source.name, session });
    });
    return { quotes: named, faults, failures };
  }

  return {
    name: source.name,
    notice: source.notice,
    batchSize: source.batchSize,
    hours: source.hours,
    marketOf,
    allowance,
    ledger: budget,
    readiness,
    costOf: (tickers) => costOf(source, tickers),
    searchCost: () => refused.isSearching() ? 2 * splitsFor(source) : 0,
    tickersFor: (amount) => tickersFor(source, amount),
    ask,
    ...(source.listSecurities && {
      listSecurities: createListing(source, { budget, allowance, clock, log, metrics }),
    }),
    listEveryMs: source.listEveryMs ?? listEveryMs,
    learn: (listed) => source.learn?.(listed),
  };
}

/** Which facts of the day mean something depends on the session. */
function inSession(quote: ReadQuote): ReadQuote {
  const { day, ...rest } = quote;
  if (quote.session === "pre") {
    // The day has not begun: what a source tells is of the day before, whose close is the last regular one.
    const { previousClose: regularClose } = quote;
    return { ...rest, ...(regularClose !== undefined && { day: { regularClose } }) };
  }
  if (!day || quote.session !== "open") return quote;
  const { regularClose: _, ...facts } = day;
  return { ...rest, ...(Object.keys(facts).length > 0 && { day: facts }) };
}

function joined(first: Answers, rest: Answers): Answers {
  return {
    quotes: [...first.quotes, ...rest.quotes],
    faults: [...first.faults, ...rest.faults],
    failures: [...first.failures, ...rest.failures],
  };
}

/** A call that was not made says nothing about the provider. */
function wasMade({ failure }: UpstreamFailure): boolean {
  return failure !== "over_budget" && failure !== "circuit_open";
}
