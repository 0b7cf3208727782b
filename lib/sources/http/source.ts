// Owns what all sources over plain HTTP share: one GET a call, its bounds, errors within an answer. Knows no provider.

import type { Clock } from "../../clock.ts";
import type { Ticker } from "../../quote.ts";
import { errorAnswer } from "./error_answer.ts";
import { getJson } from "./get_json.ts";
import type { Asked } from "./read_quote.ts";
import type { FetchFailure, FetchOutcome, QuoteSource } from "../source.ts";

export interface HttpSourceOptions
  extends Pick<QuoteSource, "name" | "notice" | "cost" | "batchSize" | "limits"> {
  readonly clock: Clock;
  /** Carries the key, which no address ever does. */
  readonly headers: Readonly<Record<string, string>>;
  /** A longer answer is not read on. */
  readonly bodyBytesMax: number;
  /** What a status means to this provider, where that is its own. */
  readonly statuses?: Readonly<Record<number, FetchFailure>>;
  /** How the provider spells a ticker; absent: as we do. */
  readonly symbolOf?: (ticker: Ticker) => string;
  address(symbols: readonly string[]): URL;
  /** Undefined: the answer has not the shape it should. */
  read(value: unknown, asked: readonly Asked[]): FetchOutcome | undefined;
}

/** Below the cadence, so that a slow answer costs one tick and not two. */
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

/** Where a single symbol was asked for, not to know it is an answer and no failure. */
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

/** BRK.B is BRK-B to some. */
export function dashed(ticker: Ticker): string {
  return ticker.replaceAll(".", "-");
}
