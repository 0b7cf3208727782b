// Owns the interface of everything around the calls of quote sources: the choice, the budget, the circuit breaker.

import type { Market, Session, Ticker } from "../../lib/quote.ts";
import type {
  CallLimit,
  FetchFailure,
  ListedSecurity,
  ListOutcome,
  QuoteSource,
  SourceQuote,
  TickerFault,
} from "../../lib/sources/source.ts";

/** A quote with its source, its session, and the times of the call that read it. */
export interface ReadQuote extends SourceQuote {
  readonly source: string;
  readonly session: Session;
  readonly requestedAt: number;
  readonly readAt: number;
}

/** A call without an answer. The last two kinds were not made and cost nothing. */
export interface UpstreamFailure {
  readonly failure: FetchFailure | "over_budget" | "circuit_open";
  /** For the log; carries no key. */
  readonly detail: string;
  readonly retryAfterMs?: number;
}

/** Tickers that were not answered are in neither list. */
export interface Answers {
  readonly quotes: readonly ReadQuote[];
  readonly faults: readonly { readonly ticker: Ticker; readonly fault: TickerFault }[];
  readonly failures: readonly UpstreamFailure[];
}

/** "resting": a call would be refused without being made. "probing": one call may tell whether the source works again. */
export type Readiness = "ready" | "probing" | "resting";

/** "over_budget": the call was not made. "failed": it has no answer, and the log says why. */
export type ListStep =
  | Extract<ListOutcome, { kind: "ok" }>
  | { readonly kind: "over_budget" }
  | { readonly kind: "failed"; readonly retryAfterMs?: number };

/** One step of the source's own list of what it can price. */
export type ListSecurities = (signal: AbortSignal, cursor?: string) => Promise<ListStep>;

/** How a budget is spread over its windows. Amounts are calls, or credits where symbols are billed. */
export interface Allowance {
  /** What marks can spend in a millisecond so that the budget lasts until its windows end. */
  ratePerMs(): number;
  /** What a mark may spend now, at this cadence. */
  forMark(cadenceMs: number): number;
  spentByMark(amount: number): void;
  /** What the last mark spent. */
  lastMarkCost(): number;
  /** What newcomers may spend now: the reserve that marks leave for them. */
  forNewcomers(): number;
  spentByNewcomers(amount: number): void;
}

/** The recent calls under one limit: time and amount of each step. A tick carries them to the next leader. */
export interface LimitUse {
  readonly windowMs: number;
  readonly calls: readonly (readonly [at: number, amount: number])[];
}

/** What was spent at one source: a leader reports it, the next leader learns it. */
export interface Ledger {
  /** Empty if nothing limits the source. */
  readonly limits: readonly CallLimit[];
  /** What was spent of each limit, and this amount more: a reservation for calls that begin soon and may never be reported. */
  report(reserved: number): readonly LimitUse[];
  /** Adds what another leader spent; known calls do not count twice. */
  learn(uses: readonly LimitUse[]): void;
  /** It is unknown what another leader spent until this time, so the windows count as used up. */
  assumeSpent(at: number): void;
}

/** Reserved calls begin within this time, or never. */
export const reservedMsMax = 12_000;

/** One quote source behind its budget and its circuit breaker. */
export interface Upstream {
  readonly name: string;
  readonly notice: string;
  readonly hours: QuoteSource["hours"];
  /** Whose hours hold for a ticker, if the source follows hours. */
  marketOf(ticker: Ticker): Market;
  /** The most tickers one call takes. */
  readonly batchSize: number;
  readonly allowance: Allowance;
  readonly ledger: Ledger;
  readiness(): Readiness;
  /** The calls (or credits, where symbols are billed) that reading these many tickers costs. */
  costOf(tickers: number): number;
  /** What the next read may cost beyond that, to find a ticker that fails its batch. */
  searchCost(): number;
  /** How many tickers can be read for that amount. */
  tickersFor(amount: number): number;
  /** Takes any number of tickers. Never rejects. */
  ask(tickers: readonly Ticker[], signal: AbortSignal): Promise<Answers>;
  readonly listSecurities?: ListSecurities;
  /** The time between two reads of the list. */
  readonly listEveryMs: number;
  /** Takes the last complete list of this source, with the provider's spellings. */
  learn(listed: readonly ListedSecurity[]): void;
}

export interface Upstreams {
  /** "alpaca,yahoo": all of them, in the order in which they are asked. */
  readonly name: string;
  /** One sentence for the page, of the source that is asked now. */
  readonly notice: string;
  /** For the operator: "albert 500,000 calls a day". Empty if nothing limits the sources. */
  readonly budget: string;
  readonly all: readonly Upstream[];
  /** The first of them. Its list says what can be priced; the others only stand in for it. */
  readonly primary: Upstream;
  /** The one that is asked next. */
  present(): Upstream;
  /** Takes any number of tickers. Never rejects. */
  ask(tickers: readonly Ticker[], signal: AbortSignal): Promise<Answers>;
}
