// Owns the interface of a quote source: one call of one provider, its cost, its answers, and its declaration.

import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { DayFacts, Price, SecurityKind, Session, Ticker } from "../quote.ts";

/** The unit that the provider bills: a call, a symbol (also in a batch), or a call that answers the whole market. */
export type CostUnit = "call" | "symbol" | "market";

export interface SourceQuote {
  readonly ticker: Ticker;
  readonly price: Price;
  readonly previousClose?: Price;
  /** The source's own time of the price. Without one, the time of the request is used. */
  readonly asOf?: number;
  readonly session?: Session;
  /** `regularClose` is used after the regular session alone; before it, the previous close is the last regular one. */
  readonly day?: DayFacts;
}

export type FetchFailure =
  | "unauthorized"
  | "unknown_ticker"
  | "rate_limited"
  | "server_error"
  | "unexpected_status"
  | "timeout"
  | "network"
  | "not_json"
  | "wrong_shape";

export type TickerFault = "missing" | "absurd" | "not_listed";

/** A call without an answer. */
export interface Failed {
  readonly kind: "failed";
  readonly failure: FetchFailure;
  /** For the log; carries no key. */
  readonly detail: string;
  readonly retryAfterMs?: number;
}

export type FetchOutcome =
  | {
    readonly kind: "ok";
    readonly quotes: readonly SourceQuote[];
    /** Tickers of the batch without a usable price; the other tickers are unaffected. */
    readonly faults: readonly { readonly ticker: Ticker; readonly fault: TickerFault }[];
    /** For parts of the batch without an answer: their tickers are in neither list. */
    readonly failures?: readonly Failed[];
  }
  | Failed;

export interface ListedSecurity {
  readonly ticker: Ticker;
  readonly name: string;
  readonly exchange?: string;
  readonly kind?: SecurityKind;
  /** ISO 4217; pounds, also where the provider's prices are in pence. */
  readonly currency?: string;
  /** The provider's own spelling, where it differs from the ticker: the provider is asked with it. */
  readonly symbol?: string;
}

export type ListOutcome =
  | {
    readonly kind: "ok";
    readonly securities: readonly ListedSecurity[];
    /** Where the next step begins; without one, this step was the last. */
    readonly next?: string;
  }
  | Failed;

/** The most calls (or credits, where symbols are billed) in each window of this length. */
export interface CallLimit {
  readonly calls: number;
  readonly windowMs: number;
}

/**
 * For a provider that promises no free plan, so that no number of viewers makes a bill that the operator has not chosen.
 * 1,300 tickers in batches of 50 can be read every 5 seconds. Polling slows down so that the day's calls last the day.
 */
export const paidLimits: readonly CallLimit[] = [{ calls: 500_000, windowMs: 86_400_000 }];

export interface QuoteSource {
  readonly name: string;
  /** One sentence for the page about what these prices are. */
  readonly notice: string;
  readonly cost: CostUnit;
  /** The most tickers one call takes. */
  readonly batchSize: number;
  /** "always": polled round the clock. "exchange": follows the exchange calendar. */
  readonly hours: "always" | "exchange";
  /** Of the provider's free plan, or `paidLimits`. They hold unless the operator sets a budget. Empty: calls cost nothing. */
  readonly limits: readonly CallLimit[];
  /** One upstream call for at most `batchSize` tickers. Never rejects. */
  fetchQuotes(tickers: readonly Ticker[], signal?: AbortSignal): Promise<FetchOutcome>;
  /**
   * The source's own list of securities, if it has one. Each step is one upstream call; the first has no cursor, the others
   * have the `next` of the step before. Never rejects.
   */
  listSecurities?(signal?: AbortSignal, cursor?: string): Promise<ListOutcome>;
  /** The time between two reads of the list. */
  readonly listEveryMs?: number;
  /** Takes the last complete list of this source, with the provider's spellings. It may have been read by another instance. */
  learn?(listed: readonly ListedSecurity[]): void;
}

/** Reads variables of the environment, and records a fault if a required one is missing or malformed. */
export interface SourceEnv {
  text(name: string): string;
  /** Without a fallback the variable is required. */
  url(name: string, fallback?: string): URL;
  /** Undefined if the variable is unset. */
  optionalText(name: string): string | undefined;
}

export interface SourceDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** All tickers of the universe, for a source without a list of its own. */
  readonly tickers: readonly Ticker[];
}

/** The export of a source's file: to add a source, write such a file and a line in sources.ts. */
export interface SourceDefinition {
  readonly name: string;
  /** Its variables, for the README's table. */
  readonly variables: readonly { readonly name: string; readonly meaning: string }[];
  /** Reads its variables now, creates the source later; the configuration collects all faults. */
  configure(env: SourceEnv): (deps: SourceDeps) => QuoteSource;
}
