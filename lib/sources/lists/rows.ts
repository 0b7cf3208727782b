// Owns reading the rows of a provider's list of securities: which are taken, and in which form. Knows no provider.

import { parseTicker, type SecurityKind } from "../../quote.ts";
import { currencyOf } from "../http/minor_units.ts";
import type { ListedSecurity } from "../source.ts";

/** The values of one row, as the provider wrote them. */
export interface Row {
  readonly symbol: unknown;
  readonly name: unknown;
  readonly exchange?: unknown;
  readonly currency?: unknown;
  readonly kind?: SecurityKind | undefined;
}

/** A longer name or exchange is cut. */
const nameLengthMax = 200;
const exchangeLengthMax = 20;
/** Symbols go into addresses as they are: a row with another sign, or a longer symbol, is left out. */
const symbolPattern = /^[A-Za-z0-9][A-Za-z0-9._\-]{0,23}$/;

/**
 * Rows without a usable symbol are left out. `tickerText` turns a provider's spelling into ours; a symbol that still has
 * lower-case letters has no ticker of its own, because ours are in upper case.
 */
export function listedSecurities(
  rows: readonly Row[],
  tickerText: (symbol: string) => string = String,
): ListedSecurity[] {
  return rows.flatMap(({ symbol, name, exchange, currency, kind }) => {
    if (typeof symbol !== "string" || !symbolPattern.test(symbol)) return [];
    const ticker = parseTicker(tickerText(symbol));
    if (ticker === undefined || ticker !== tickerText(symbol)) return [];
    return [{
      ticker,
      name: cleanText(name, nameLengthMax) || ticker,
      ...(typeof exchange === "string" && { exchange: exchangeName(exchange) }),
      ...(kind && { kind }),
      ...currencyMember(currency),
      ...(symbol !== ticker && { symbol }),
    }];
  });
}

/** The members of each row; undefined if it is not an array of objects. */
export function rowsIn(value: unknown): readonly Readonly<Record<string, unknown>>[] | undefined {
  return Array.isArray(value) && value.every(isRecord) ? value : undefined;
}

/** A member of an answer; undefined if the answer is not an object. */
export function memberOf(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function currencyMember(code: unknown): Pick<ListedSecurity, "currency"> {
  const currency = currencyOf(code);
  return currency === undefined ? {} : { currency };
}

function cleanText(value: unknown, lengthMax: number): string {
  if (typeof value !== "string") return "";
  return value.replace(/[\s\p{C}]+/gu, " ").trim().slice(0, lengthMax).toWellFormed();
}

/** Codes of exchanges, ISO 10383 or the provider's own, with the names of universe.json. */
const exchangeNames: Readonly<Record<string, string>> = {
  XNAS: "NASDAQ",
  XNGS: "NASDAQ",
  XNMS: "NASDAQ",
  XNCM: "NASDAQ",
  XNYS: "NYSE",
  ARCX: "NYSE Arca",
  ARCA: "NYSE Arca",
  NYSEARCA: "NYSE Arca",
  "NYSE ARCA": "NYSE Arca",
  XASE: "NYSE American",
  AMEX: "NYSE American",
  "NYSE MKT": "NYSE American",
  BATS: "Cboe BZX",
  CBOE: "Cboe BZX",
  OOTC: "OTC",
  OTCM: "OTC",
  PINX: "OTC",
  PINK: "OTC",
};

/** An exchange without a name here keeps the provider's code. */
function exchangeName(code: string): string {
  const text = cleanText(code, exchangeLengthMax);
  return Object.hasOwn(exchangeNames, text) ? exchangeNames[text]! : text;
}
