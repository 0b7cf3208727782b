// Owns finding the security that a text of a user or a file means. symbol_forms.ts owns the spellings.

import { Problem } from "../errors.ts";
import { parseTicker, type Ticker } from "../quote.ts";
import { formerTickers, goneTickers } from "./former_tickers.ts";
import type { FoundSecurity, Securities, Security } from "./securities.ts";
import {
  isBloombergSymbol,
  isMarkedPreferred,
  isSymbolSuffix,
  symbolForms,
} from "./symbol_forms.ts";

export type SymbolReading =
  | {
    readonly kind: "found";
    readonly ticker: Ticker;
    /** Present if the text has a ticker that the security had before. */
    readonly formerTicker?: Ticker;
  }
  | {
    readonly kind: "gone";
    /** What became of the company: a sentence for the user. */
    readonly detail: string;
  }
  | { readonly kind: "other_exchange" | "unknown" };

/** Reads every spelling of a ticker. `isListed` decides which securities can be found. A listed ticker has priority. */
export function readSymbol(text: string, isListed: (ticker: Ticker) => boolean): SymbolReading {
  // Almost all texts are our own spelling. This is far cheaper, and sockets read many texts when all of them reconnect.
  const literal = isMarkedPreferred(text) ? undefined : parseTicker(text);
  if (literal && isListed(literal)) return { kind: "found", ticker: literal };
  const { tickers, isOtherExchange } = symbolForms(text);
  const ticker = tickers.find(isListed);
  if (ticker) return { kind: "found", ticker };
  for (const formerTicker of tickers) {
    const present = formerTickers.get(formerTicker);
    if (present && isListed(present)) return { kind: "found", ticker: present, formerTicker };
    const fate = goneTickers.get(formerTicker);
    if (fate) return { kind: "gone", detail: `${formerTicker} has no successor: ${fate}.` };
  }
  return { kind: isOtherExchange ? "other_exchange" : "unknown" };
}

/**
 * Joins neighbouring words that are one spelling, such as BRK B or AAPL US Equity. Words that are tickers themselves stay
 * alone: GE A is two tickers, although GE.A could be listed.
 */
export function joinSpellings(
  words: readonly string[],
  read: (text: string) => SymbolReading,
): string[] {
  const isKnown = (text: string) => read(text).kind === "found";
  const joined: string[] = [];
  for (let at = 0; at < words.length;) {
    const count = spellingWordCounts.find((count) => {
      const part = words.slice(at, at + count);
      const [first = "", ...others] = part;
      const mayBeOne = part.length === count &&
        (count === 2 && first.endsWith(":") || others.every(isSymbolSuffix));
      if (!mayBeOne) return false;
      const text = part.join(" ");
      // A ticker of another exchange must not be read as its first word: "T LN Equity".
      return isBloombergSymbol(text) || (!part.every(isKnown) && isKnown(text));
    }) ?? 1;
    joined.push(words.slice(at, at + count).join(" "));
    at += count;
  }
  return joined;
}

/** The longest spelling, BRK B US Equity, has four words. A shorter part is tried after a longer one. */
const spellingWordCounts = [4, 3, 2] as const;

/** Throws the Problem `unknown_ticker` if no security is found. */
export function findSecurity(securities: Pick<Securities, "find">, text: string): FoundSecurity {
  return find(securities, text, (ticker) => securities.find(ticker) !== undefined);
}

/** Finds the ticker of any known security, whether it can be priced or not. */
export function knownTicker(
  securities: Pick<Securities, "find">,
  text: string,
): Ticker | undefined {
  const reading = readSymbol(text, (ticker) => securities.find(ticker) !== undefined);
  return reading.kind === "found" ? reading.ticker : undefined;
}

/** Finds only securities that the present source can price: only those may be added to a list. Throws as above. */
export function findAddable(
  securities: Pick<Securities, "find" | "isPriceable">,
  text: string,
): FoundSecurity {
  return find(securities, text, securities.isPriceable);
}

function find(
  securities: Pick<Securities, "find">,
  text: string,
  isListed: (ticker: Ticker) => boolean,
): FoundSecurity {
  const reading = readSymbol(text, isListed);
  const security = reading.kind === "found" ? securities.find(reading.ticker) : undefined;
  if (reading.kind !== "found" || !security) {
    const detail = reading.kind === "gone" ? reading.detail : unknownTickerText(text);
    throw new Problem("unknown_ticker", { detail });
  }
  const { formerTicker } = reading;
  return { ...security, ...(formerTicker && { formerTicker }) };
}

/** Returns the ticker itself if no name is known. */
export function nameOf(securities: Pick<Securities, "find">, ticker: Ticker): string {
  return securities.find(ticker)?.name ?? ticker;
}

/** With the currency where the price is not in dollars: "Vodafone Group Plc · GBP". An index has points. */
export function nameWithCurrency(securities: Pick<Securities, "find">, ticker: Ticker): string {
  const currency = shownCurrency(securities.find(ticker));
  return [nameOf(securities, ticker), currency].filter(Boolean).join(" · ");
}

/** Undefined if the price is in dollars or points, or if the currency is unknown. */
export function shownCurrency(security: Security | undefined): string | undefined {
  const { kind, currency } = security ?? {};
  return kind === "index" || currency === "USD" ? undefined : currency;
}

const quotedLengthMax = 32;

function unknownTickerText(text: string): string {
  return `No security with the ticker ${
    JSON.stringify(text.slice(0, quotedLengthMax))
  } is known here.`;
}
