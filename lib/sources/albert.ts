// Owns the case study's quote API: prices in batches of 50, and its list of securities. Each call is billed, so nothing is retried here.

import type { Clock } from "../clock.ts";
import { parsePrice, parseTicker, type Price, type Ticker } from "../quote.ts";
import { membersOf, NumberText, parseDecimalJson } from "./http/decimal_json.ts";
import { membersAStep, parseFlatJson } from "./http/flat_json.ts";
import { getJson } from "./http/get_json.ts";
import type { Asked } from "./http/read_quote.ts";
import {
  type FetchOutcome,
  type ListedSecurity,
  type ListOutcome,
  paidLimits,
  type QuoteSource,
  type SourceDefinition,
  type SourceQuote,
  type TickerFault,
} from "./source.ts";

export const albert: SourceDefinition = {
  name: "albert",
  variables: [
    { name: "ALBERT_API_URL", meaning: "address of the case study's quote API" },
    { name: "ALBERT_API_KEY", meaning: "its key" },
  ],
  configure(env) {
    const [url, key] = [env.url("ALBERT_API_URL"), env.text("ALBERT_API_KEY")];
    return ({ clock }) => createAlbert({ url, key, clock });
  },
};

export interface AlbertOptions {
  readonly url: URL;
  readonly key: string;
  readonly clock: Clock;
  /** Below the cadence, so that a slow answer costs only one tick. */
  readonly pricesTimeoutMs?: number;
}

const listTimeoutMs = 15_000;
const pricesBytesMax = 64 * 1024;
const listBytesMax = 8 * 1024 * 1024;
/** A longer list is read in steps, so that no tick waits for it. */
const listAtOnceMax = 256 * 1024;
/** A longer name is cut. */
const nameLengthMax = 200;

export function createAlbert(
  { url, key, clock, pricesTimeoutMs = 4_000 }: AlbertOptions,
): QuoteSource {
  const folder = url.href.split(/[?#]/, 1)[0]!.replace(/\/*$/, "/casestudy/stock/");
  const headers = { "Albert-Case-Study-API-Key": key };
  /** The API's own spelling of each ticker. Undefined until a list was learned: a ticker not on it would fail its call. */
  let symbols: ReadonlyMap<Ticker, string> | undefined;

  async function fetchQuotes(
    tickers: readonly Ticker[],
    signal?: AbortSignal,
  ): Promise<FetchOutcome> {
    const asked = tickers.flatMap((ticker): Asked[] => {
      const symbol = symbols ? symbols.get(ticker) : ticker;
      return symbol === undefined ? [] : [{ ticker, symbol }];
    });
    const unlisted = tickers.filter((ticker) => symbols?.has(ticker) === false);
    const faults = unlisted.map((ticker) => ({ ticker, fault: "not_listed" as const }));
    if (asked.length === 0) return { kind: "ok", quotes: [], faults };
    const list = asked.map(({ symbol }) => encodeURIComponent(symbol)).join(",");
    const outcome = await getJson(new URL(`${folder}prices/?tickers=${list}`), {
      clock,
      headers,
      signal,
      timeoutMs: pricesTimeoutMs,
      bodyBytesMax: pricesBytesMax,
      statuses: { 400: "unknown_ticker" },
    });
    if (outcome.kind === "failed") return outcome;
    const members = membersOf(outcome.value);
    if (!members) return wrongShape("The prices are not a JSON object");
    const read = readPrices(asked, members);
    return { kind: "ok", quotes: read.quotes, faults: [...faults, ...read.faults] };
  }

  async function listSecurities(signal?: AbortSignal): Promise<ListOutcome> {
    const outcome = await getJson(new URL(`${folder}tickers/`), {
      clock,
      headers,
      signal,
      timeoutMs: listTimeoutMs,
      bodyBytesMax: listBytesMax,
      parse: (text) =>
        text.length > listAtOnceMax ? parseFlatJson(text, clock) : parseDecimalJson(text),
    });
    if (outcome.kind === "failed") return outcome;
    const { value } = outcome;
    const read = await readList(value instanceof Map ? value : membersOf(value), clock);
    // An empty list would make every ticker unknown: it counts as a fault of the provider.
    if (read.length === 0) return wrongShape("The list names no ticker");
    return { kind: "ok", securities: read };
  }

  return {
    name: "albert",
    notice: "Prices from the case study's quote API.",
    cost: "call",
    batchSize: 50,
    limits: paidLimits,
    hours: "always",
    fetchQuotes,
    listSecurities,
    learn(listed) {
      if (listed.length === 0) return;
      symbols = new Map(listed.map(({ ticker, symbol = ticker }) => [ticker, symbol]));
    },
  };
}

function readPrices(asked: readonly Asked[], members: ReadonlyMap<string, unknown>) {
  const quotes: SourceQuote[] = [];
  const faults: { ticker: Ticker; fault: TickerFault }[] = [];
  for (const { ticker, symbol } of asked) {
    const price = readPrice(members.get(symbol));
    if (price) quotes.push({ ticker, price, session: "open" });
    else faults.push({ ticker, fault: members.has(symbol) ? "absurd" : "missing" });
  }
  return { quotes, faults };
}

function readPrice(value: unknown): Price | undefined {
  return value instanceof NumberText ? parsePrice(value.text) : undefined;
}

/** A key that is not a ticker is left out. Of two keys for one ticker, such as ABC and AbC, the one spelled like it counts. */
async function readList(
  members: ReadonlyMap<string, unknown> = new Map(),
  clock: Clock,
): Promise<ListedSecurity[]> {
  const listed = new Map<Ticker, ListedSecurity>();
  let count = 0;
  for (const [symbol, value] of members) {
    if (++count % membersAStep === 0) await clock.sleep(0);
    const ticker = parseTicker(symbol);
    if (!ticker || (listed.has(ticker) && symbol !== ticker)) continue;
    const name = typeof value === "string" ? value.trim().slice(0, nameLengthMax) : "";
    listed.set(ticker, { ticker, name: name || ticker, ...(symbol !== ticker && { symbol }) });
  }
  return [...listed.values()];
}

function wrongShape(detail: string) {
  return { kind: "failed", failure: "wrong_shape", detail } as const;
}
