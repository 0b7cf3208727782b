// Owns the common part of sources over HTTP: one GET for each call, its bounds, errors within an answer. Knows no provider.

import type { Clock } from "../../clock.ts";
import type { Ticker } from "../../quote.ts";
import { errorAnswer } from "./error_answer.ts";
import { getJson } from "./get_json.ts";
import type { Asked } from "./read_quote.ts";
import type { FetchFailure, FetchOutcome, QuoteSource } from "../source.ts";

export interface HttpSourceOptions
  extends Pick<QuoteSource, "name" | "notice" | "cost" | "batchSize" | "limits"> {
  readonly clock: Clock;
  /** They carry the key; an address never does. */
  readonly headers: Readonly<Record<string, string>>;
  /** A longer answer is not read to its end. */
  readonly bodyBytesMax: number;
  /** The meaning of a status, where this provider has its own. */
  readonly statuses?: Readonly<Record<number, FetchFailure>>;
  /** The provider's spelling of a ticker; by default our own. */
  readonly symbolOf?: (ticker: Ticker) => string;
  address(symbols: readonly string[]): URL;
  /** Undefined if the answer has not the documented shape. */
  read(value: unknown, asked: readonly Asked[]): FetchOutcome | undefined;
}

/** Below the cadence, so that a slow answer costs only one tick. */
const timeoutMs = 4_000;

export function createHttpSource(options: HttpSourceOptions): QuoteSource {
  const { name, notice, cost, batchSize, limits, clock, headers, bodyBytesMax } = options;
  const { statuses = {}, symbolOf = String, address, read } = options;

  async function fetchQuotes(
    tickers: readonly Ticker[],
    signal?: AbortSignal,
  ): Promise<FetchOutcome> {
    const asked = tickers.map((ticker) => ({ ticker, symbol: symbolOf(ticker) }));
    const url = address(asked.map(({ symbol }) => symbol));
    const request = { clock, headers, signal, timeoutMs, bodyBytesMax, statuses };
    const outcome = await getJson(url, request);
    if (outcome.kind === "failed") return forOne(asked, outcome);
    const answer = read(outcome.value, asked) ?? errorAnswer(outcome.value);
    return answer ?? { kind: "failed", failure: "wrong_shape", detail: "Not the documented shape" };
  }

  return {
    name,
    notice,
    cost,
    batchSize,
    hours: "exchange",
    ...(limits && { limits }),
    fetchQuotes,
  };
}

/** For a call with one symbol, "unknown symbol" is an answer, not a failure. */
function forOne(
  asked: readonly Asked[],
  outcome: Extract<FetchOutcome, { kind: "failed" }>,
): FetchOutcome {
  const [only] = asked;
  if (!only || asked.length > 1 || outcome.failure !== "unknown_ticker") return outcome;
  return { kind: "ok", quotes: [], faults: [{ ticker: only.ticker, fault: "missing" }] };
}

/** An address below a base that may end with a slash or not; symbols need no escaping. */
export function below(base: URL, path: string): URL {
  return new URL(base.href.split(/[?#]/, 1)[0]!.replace(/\/*$/, "/") + path);
}

/** Some providers spell BRK.B as BRK-B. */
export function dashed(ticker: Ticker): string {
  return ticker.replaceAll(".", "-");
}
