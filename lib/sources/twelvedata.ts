// Owns the quotes of Twelve Data: many symbols in one call, each billed as a credit.

import { membersOf, NumberText } from "./http/decimal_json.ts";
import { currencyOf } from "./http/minor_units.ts";
import { below, createHttpSource } from "./http/source.ts";
import { type Asked, at, type Reading, readQuotes, timeOf } from "./http/read_quote.ts";
import { twelvedataList, twelvedataPreferred } from "./lists/twelvedata.ts";
import type { Session } from "../quote.ts";
import type { Failed, FetchFailure, FetchOutcome, SourceDefinition } from "./source.ts";

export const twelvedata: SourceDefinition = {
  name: "twelvedata",
  variables: [
    { name: "TWELVEDATA_API_KEY", meaning: "key of Twelve Data" },
    { name: "TWELVEDATA_API_URL", meaning: "another address, for tests" },
  ],
  configure(env) {
    const headers = { authorization: `apikey ${env.text("TWELVEDATA_API_KEY")}` };
    const url = env.url("TWELVEDATA_API_URL", "https://api.twelvedata.com");
    return ({ clock }) =>
      createHttpSource({
        name: "twelvedata",
        notice: "Prices by Twelve Data.",
        cost: "symbol",
        batchSize: 120,
        limits: [{ calls: 8, windowMs: 60_000 }, { calls: 800, windowMs: 86_400_000 }],
        clock,
        headers,
        bodyBytesMax: 1024 * 1024,
        statuses: { 404: "unknown_ticker" },
        symbolOf: twelvedataPreferred.symbolOf,
        address: (symbols) => below(url, `quote?symbol=${symbols.join(",")}`),
        read: (value, asked) => read(value, asked, msToNextMinute(clock.now())),
        list: twelvedataList(url),
      });
  },
};

/** The credits of a minute are renewed when the next minute begins. */
function msToNextMinute(now: number): number {
  return 60_000 - now % 60_000;
}

/** The answer for one symbol is flat, for several it is keyed by symbol; an error may replace both. */
function read(
  value: unknown,
  asked: readonly Asked[],
  retryAfterMs: number,
): FetchOutcome | undefined {
  const members = membersOf(value);
  if (!members) return undefined;
  const failure = failureOf(value);
  if (failure && failure !== "unknown_ticker") return failed(failure, retryAfterMs);
  const rowOf = (symbol: string) => asked.length === 1 ? value : members.get(symbol);
  const refused = asked.filter(({ symbol }) => isRefused(rowOf(symbol)));
  const answered = asked.filter((one) => !refused.includes(one));
  if (answered.length === 0) return failed("rate_limited", retryAfterMs);
  const isForeign = answered.every(({ symbol }) => membersOf(rowOf(symbol)) === undefined);
  if (isForeign || (asked.length === 1 && !failure && !members.has("close"))) return undefined;
  const outcome = readQuotes(answered, (symbol) => [reading(rowOf(symbol))]);
  return refused.length === 0
    ? outcome
    : { ...outcome, failures: [failed("rate_limited", retryAfterMs)] };
}

function isRefused(row: unknown): boolean {
  return failureOf(row) === "rate_limited";
}

/** Undefined if the row is not an error. */
function failureOf(row: unknown): FetchFailure | undefined {
  if (at(row, "status") !== "error") return undefined;
  const code = at(row, "code");
  const status = code instanceof NumberText ? Number(code.text) : 0;
  if (status === 429) return "rate_limited";
  if (status === 401 || status === 403) return "unauthorized";
  // 400 means a symbol in a form that the provider does not accept.
  if (status === 404 || status === 400) return "unknown_ticker";
  return status >= 500 ? "server_error" : "wrong_shape";
}

function failed(failure: FetchFailure, retryAfterMs: number): Failed {
  const detail = "An error came with status 200";
  const isLimit = failure === "rate_limited";
  return { kind: "failed", failure, detail, ...(isLimit && { retryAfterMs }) };
}

function reading(row: unknown): Reading {
  return {
    price: at(row, "close"),
    previousClose: at(row, "previous_close"),
    change: at(row, "change"),
    // `timestamp` is the beginning of the day's bar; the time of the last minute is closer to the price.
    asOf: timeOf(at(row, "last_quote_at") ?? at(row, "timestamp"), "s"),
    session: sessionOf(row),
    day: {
      open: at(row, "open"),
      high: at(row, "high"),
      low: at(row, "low"),
      volume: at(row, "volume"),
      regularClose: at(row, "close"),
    },
    currency: at(row, "currency"),
  };
}

/** At home "not open" may mean before or after hours, which the calendar knows. Elsewhere the provider knows the exchange's hours. */
function sessionOf(row: unknown): Session | undefined {
  const isOpen = at(row, "is_market_open");
  if (isOpen === true) return "open";
  const currency = currencyOf(at(row, "currency"));
  return isOpen === false && currency !== undefined && currency !== "USD" ? "closed" : undefined;
}
