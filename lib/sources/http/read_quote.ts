// Owns reading single prices and times from a provider's answer. Knows no provider.

import { parsePrice, type Price, type Session, type Ticker } from "../../quote.ts";
import { membersOf, NumberText } from "./decimal_json.ts";
import type { FetchOutcome, SourceQuote, TickerFault } from "../source.ts";

/** A ticker and the provider's spelling of it. */
export interface Asked {
  readonly ticker: Ticker;
  readonly symbol: string;
}

/** A provider's values for one symbol; prices in the form of its JSON. */
export interface Reading {
  readonly price: unknown;
  readonly previousClose?: unknown;
  readonly asOf?: number | undefined;
  readonly session?: Session | undefined;
}

/** A symbol without a usable price does not affect the others. A reading is undefined if the answer lacks the symbol. */
export function readQuotes(
  asked: readonly Asked[],
  read: (symbol: string) => Reading | undefined,
): Extract<FetchOutcome, { kind: "ok" }> {
  const quotes: SourceQuote[] = [];
  const faults: { ticker: Ticker; fault: TickerFault }[] = [];
  for (const { ticker, symbol } of asked) {
    const reading = read(symbol);
    const price = priceOf(reading?.price);
    if (reading && price) quotes.push(quoteOf(ticker, { ...reading, price }));
    else faults.push({ ticker, fault: isAbsent(reading?.price) ? "missing" : "absurd" });
  }
  return { kind: "ok", quotes, faults };
}

function quoteOf(ticker: Ticker, reading: Reading & { price: Price }): SourceQuote {
  const { price, asOf, session } = reading;
  const previousClose = priceOf(reading.previousClose);
  return {
    ticker,
    price,
    ...(previousClose !== undefined && { previousClose }),
    ...(asOf !== undefined && { asOf }),
    ...(session !== undefined && { session }),
  };
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

/** From a JSON number or a decimal text. */
function priceOf(value: unknown): Price | undefined {
  const text = textOf(value);
  return text === undefined ? undefined : parsePrice(text);
}

const msPerUnit = { s: 1_000, ms: 1, ns: 1e-6 };

/** Unix ms from a number of this unit; undefined for zero and for anything that is not a number. */
export function timeOf(value: unknown, unit: keyof typeof msPerUnit): number | undefined {
  return plausible(Math.floor(Number(textOf(value)) * msPerUnit[unit]));
}

/** Unix ms from an ISO 8601 text. */
export function isoTimeOf(value: unknown): number | undefined {
  return typeof value === "string" ? plausible(Date.parse(value)) : undefined;
}

function plausible(ms: number): number | undefined {
  return Number.isSafeInteger(ms) && ms > 0 ? ms : undefined;
}

function textOf(value: unknown): string | undefined {
  if (value instanceof NumberText) return value.text;
  return typeof value === "string" ? value : undefined;
}

/** A member of a member: `at(row, "lastTrade", "p")`. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, name) => membersOf(inner)?.get(name), value);
}

/** The rows of an answer, keyed by their symbol. */
export function rowsBy(name: string, rows: unknown): ReadonlyMap<unknown, unknown> | undefined {
  return Array.isArray(rows) ? new Map(rows.map((row) => [at(row, name), row])) : undefined;
}
