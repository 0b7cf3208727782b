// Owns the common part of sources over HTTP: one GET for each call, its bounds, errors within an answer. Knows no provider.

import type { Clock } from "../../clock.ts";
import type { Ticker } from "../../quote.ts";
import { errorAnswer } from "./error_answer.ts";
import { getJson, type GetOptions } from "./get_json.ts";
import type { Asked } from "./read_quote.ts";
import type {
  FetchFailure,
  FetchOutcome,
  ListedSecurity,
  ListOutcome,
  QuoteSource,
} from "../source.ts";

export interface HttpSourceOptions
  extends Pick<QuoteSource, "name" | "notice" | "cost" | "batchSize" | "limits"> {
  readonly clock: Clock;
  /** They carry the key; an address never does. */
  readonly headers: Readonly<Record<string, string>>;
  /** A longer answer is not read to its end. */
  readonly bodyBytesMax: number;
  /** Reads the text of an answer, and throws a SyntaxError if it is malformed. By default JSON whose numbers keep their decimal text. */
  readonly parse?: (text: string) => unknown;
  /** The meaning of a status, where this provider has its own. */
  readonly statuses?: Readonly<Record<number, FetchFailure>>;
  /** The provider's spelling of a ticker whose listed spelling is not known; by default our own. */
  readonly symbolOf?: (ticker: Ticker) => string;
  address(symbols: readonly string[]): URL;
  /** Undefined if the answer has not the documented shape. */
  read(value: unknown, asked: readonly Asked[]): FetchOutcome | undefined;
  readonly list?: ListOptions;
}

/** How the provider's list of securities is read, one call for each step. */
export interface ListOptions {
  /** A longer answer is not read to its end: the step fails. */
  readonly bodyBytesMax: number;
  /** By default those of the quotes, with the key. */
  readonly headers?: Readonly<Record<string, string>>;
  /** By default JSON. The numbers of a list are not prices, so they need not keep their text. */
  readonly parse?: NonNullable<GetOptions["parse"]>;
  readonly unpack?: NonNullable<GetOptions["unpack"]>;
  address(cursor: string | undefined): URL;
  /** Undefined if the answer has not the documented shape. */
  read(value: unknown, cursor: string | undefined): ListStep | undefined;
}

/** What a step read, and where the list goes on. */
export type ListStep = Omit<Extract<ListOutcome, { kind: "ok" }>, "kind">;

/** Below the cadence, so that a slow answer costs only one tick. */
const timeoutMs = 4_000;
/** A list may be large; it delays no tick. */
const listTimeoutMs = 30_000;
const listEveryMs = 86_400_000;

export function createHttpSource(options: HttpSourceOptions): QuoteSource {
  const { name, notice, cost, batchSize, limits, clock, headers, bodyBytesMax } = options;
  const { statuses = {}, symbolOf = String, address, read, parse, list } = options;
  let listedSymbols: ReadonlyMap<Ticker, string> = new Map();

  async function fetchQuotes(
    tickers: readonly Ticker[],
    signal?: AbortSignal,
  ): Promise<FetchOutcome> {
    const asked = tickers.map((ticker) => ({
      ticker,
      symbol: listedSymbols.get(ticker) ?? symbolOf(ticker),
    }));
    const url = address(asked.map(({ symbol }) => symbol));
    const request = { clock, headers, signal, timeoutMs, bodyBytesMax, statuses };
    const outcome = await getJson(url, { ...request, ...(parse && { parse }) });
    if (outcome.kind === "failed") return forOne(asked, outcome);
    const answer = read(outcome.value, asked) ?? errorAnswer(outcome.value);
    return answer ?? wrongShape;
  }

  async function listSecurities(
    { address, read, ...list }: ListOptions,
    signal?: AbortSignal,
    cursor?: string,
  ): Promise<ListOutcome> {
    const shared = { clock, headers, signal, timeoutMs: listTimeoutMs, statuses };
    const outcome = await getJson(address(cursor), { ...shared, parse: JSON.parse, ...list });
    if (outcome.kind === "failed") return outcome;
    const step = read(outcome.value, cursor);
    return step ? { kind: "ok", ...step } : errorAnswer(outcome.value) ?? wrongShape;
  }

  return {
    name,
    notice,
    cost,
    batchSize,
    hours: "exchange",
    limits,
    fetchQuotes,
    ...(list && {
      listEveryMs,
      listSecurities: (signal, cursor) => listSecurities(list, signal, cursor),
    }),
    learn(listed: readonly ListedSecurity[]) {
      listedSymbols = new Map(
        listed.flatMap(({ ticker, symbol }) => symbol === undefined ? [] : [[ticker, symbol]]),
      );
    },
  };
}

const wrongShape = {
  kind: "failed",
  failure: "wrong_shape",
  detail: "Not the documented shape",
} as const;

/** For a call with one symbol, "unknown symbol" is an answer, not a failure. */
function forOne(
  asked: readonly Asked[],
  outcome: Extract<FetchOutcome, { kind: "failed" }>,
): FetchOutcome {
  const [only] = asked;
  if (!only || asked.length > 1 || outcome.failure !== "unknown_ticker") return outcome;
  return { kind: "ok", quotes: [], faults: [{ ticker: only.ticker, fault: "missing" }] };
}

/** An address below a base that may end with a slash or not; the symbols of rows.ts need no escaping. */
export function below(base: URL, path: string): URL {
  return new URL(base.href.split(/[?#]/, 1)[0]!.replace(/\/*$/, "/") + path);
}
