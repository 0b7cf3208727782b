// Owns reading single prices and times from a provider's answer. Knows no provider.

import { type DayFacts, parsePrice, type Price, type Session, type Ticker } from "../../quote.ts";
import { membersOf, NumberText } from "./decimal_json.ts";
import { hundredthOf, isMinorUnit } from "./minor_units.ts";
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
  /** The provider's own change since its previous close, in the currency. */
  readonly change?: unknown;
  readonly asOf?: number | undefined;
  readonly session?: Session | undefined;
  readonly day?: DayReading | undefined;
  /** The provider's code; prices in a minor unit, such as GBp, become prices in the currency. */
  readonly currency?: unknown;
}

/** The provider's values for a day; a fact that it does not tell is undefined, null or 0. */
export type DayReading = { readonly [Fact in keyof DayFacts]?: unknown };

/**
 * A symbol without a usable price does not affect the others. `read` returns the readings of a symbol, the preferred one
 * first: the first with a usable price counts. None: the answer lacks the symbol.
 */
export function readQuotes(
  asked: readonly Asked[],
  read: (symbol: string) => readonly Reading[],
): Extract<FetchOutcome, { kind: "ok" }> {
  const quotes: SourceQuote[] = [];
  const faults: { ticker: Ticker; fault: TickerFault }[] = [];
  for (const { ticker, symbol } of asked) {
    const readings = read(symbol);
    const quote = firstQuote(ticker, readings);
    if (quote) quotes.push(quote);
    else faults.push({ ticker, fault: readings.every(isAbsent) ? "missing" : "absurd" });
  }
  return { kind: "ok", quotes, faults };
}

function firstQuote(ticker: Ticker, readings: readonly Reading[]): SourceQuote | undefined {
  for (const reading of readings) {
    const read = isMinorUnit(reading.currency) ? priceOfHundred : priceOf;
    const price = read(reading.price);
    if (price === undefined) continue;
    const { asOf, session } = reading;
    const previousClose = contradicts(reading) ? undefined : read(reading.previousClose);
    const day = dayFacts(reading.day, read);
    return {
      ticker,
      price,
      ...(previousClose !== undefined && { previousClose }),
      ...(asOf !== undefined && { asOf }),
      ...(session !== undefined && { session }),
      ...(day && { day }),
    };
  }
  return undefined;
}

/** Undefined if no fact is known. */
function dayFacts(reading: DayReading = {}, read: typeof priceOf): DayFacts | undefined {
  const [open, regularClose] = [read(reading.open), read(reading.regularClose)];
  let [high, low] = [read(reading.high), read(reading.low)];
  // A range that contradicts itself is none.
  if (high === undefined || low === undefined || high < low) [high, low] = [undefined, undefined];
  const volume = volumeOf(reading.volume);
  const facts: DayFacts = {
    ...(open !== undefined && { open }),
    ...(high !== undefined && { high }),
    ...(low !== undefined && { low }),
    ...(volume !== undefined && { volume }),
    ...(regularClose !== undefined && { regularClose }),
  };
  return Object.keys(facts).length > 0 ? facts : undefined;
}

/** Parts of a unit, as of crypto, are left out. Providers write 0 for what they do not know. */
function volumeOf(value: unknown): number | undefined {
  const volume = Math.floor(Number(textOf(value) ?? NaN));
  return Number.isSafeInteger(volume) && volume > 0 ? volume : undefined;
}

function isAbsent({ price }: Reading): boolean {
  return price === undefined || price === null;
}

/** Of the previous close: below what the smallest usual split makes, above the lag between a price and its change. */
const contradictionMin = 0.1;

/** On the day of a split, the previous close may be unadjusted: the change would be shown as -90 %. */
function contradicts({ price, previousClose, change }: Reading): boolean {
  const [now = NaN, before = NaN, own = NaN] = [price, previousClose, change].map((value) =>
    Number(textOf(value) ?? NaN)
  );
  return Math.abs(now - before - own) > contradictionMin * before;
}

/** From a JSON number or a decimal text. */
function priceOf(value: unknown): Price | undefined {
  const text = textOf(value);
  return text === undefined ? undefined : parsePrice(text);
}

/** From a number or a text in the currency's hundredth part. */
function priceOfHundred(value: unknown): Price | undefined {
  const text = textOf(value);
  return text === undefined ? undefined : parsePrice(hundredthOf(text));
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
