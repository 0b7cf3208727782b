// Owns what a quote source is: its cost, its answers, and how its file declares itself. One file a source.

import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Price, Session, Ticker } from "../quote.ts";

/** What the provider bills: each call, each symbol even in a batch, or calls that answer the whole market. */
export type CostUnit = "call" | "symbol" | "market";

export interface SourceQuote {
  readonly ticker: Ticker;
  readonly price: Price;
  readonly previousClose?: Price;
  /** The source's own time of the price. Absent: the source tells none, the request's time stands in. */
  readonly asOf?: number;
  readonly session?: Session;
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
    /** Tickers of the batch without a usable price; the others are not touched by it. */
    readonly faults: readonly { readonly ticker: Ticker; readonly fault: TickerFault }[];
    /** For parts of the batch without an answer: their tickers are in neither list. */
    readonly failures?: readonly Failed[];
  }
  | Failed;

export interface ListedSecurity {
  readonly ticker: Ticker;
  readonly name: string;
}

export type ListOutcome =
  | { readonly kind: "ok"; readonly securities: readonly ListedSecurity[] }
  | Failed;

/** The most calls (or credits, where symbols are billed) in each window of that length. */
export interface CallLimit {
  readonly calls: number;
  readonly windowMs: number;
}

export interface QuoteSource {
  readonly name: string;
  /** One sentence for the page about what these prices are. */
  readonly notice: string;
  readonly cost: CostUnit;
  /** The most tickers one call takes. */
  readonly batchSize: number;
  /** "always": polled round the clock. "exchange": follows the exchange calendar. */
  readonly hours: "always" | "exchange";
  /** What the provider's free plan allows; holds unless the operator names a budget. */
  readonly limits?: readonly CallLimit[];
  /** One upstream call for at most `batchSize` tickers. Never rejects. */
  fetchQuotes(tickers: readonly Ticker[], signal?: AbortSignal): Promise<FetchOutcome>;
  /** The source's own list of what it can price, where it has one. Never rejects. */
  listSecurities?(signal?: AbortSignal): Promise<ListOutcome>;
}

/** Reads one variable of the environment; records a fault when a required one is missing or malformed. */
export interface SourceEnv {
  text(name: string): string;
  /** Without a fallback it is required. */
  url(name: string, fallback?: string): URL;
  /** The same, undefined when unset. */
  optionalText(name: string): string | undefined;
}

export interface SourceDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** All tickers of the universe: what a source without a list of its own prices. */
  readonly tickers: readonly Ticker[];
}

/** What a source's file exports: adding a source is one such file and one line in sources.ts. */
export interface SourceDefinition {
  readonly name: string;
  /** The variables it reads, for the README's table. */
  readonly variables: readonly { readonly name: string; readonly meaning: string }[];
  /** Reads its variables now, builds the source later; config collects the faults of all. */
  configure(env: SourceEnv): (deps: SourceDeps) => QuoteSource;
}
