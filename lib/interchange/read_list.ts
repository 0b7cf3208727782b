// Owns reading a list of tickers from a file of another program, with a report on each place where a ticker was expected.

import { parseTicker, type Ticker } from "../quote.ts";
import { joinSpellings, type SymbolReading } from "../securities/find_security.ts";
import { hasSymbolCase } from "../securities/symbol_forms.ts";
import type { ListFormat, Token } from "./list_format.ts";
import { firstColumn, tablesWithHeader, tableWithoutHeader, tokensOfTable } from "./table.ts";

/** A longer text is refused as a whole, because a part of a list could be mistaken for all of it. */
export const inputLengthMax = 64 * 1024;
/** Further lines of the report are only counted. */
export const reportLinesMax = 500;
/** A longer token is cut in the report. */
const reportTextMax = 40;

export type TokenOutcome =
  | "read"
  | "duplicate"
  | "not_a_ticker"
  /** The text has the form of a ticker, but `resolve` does not know it. */
  | "unknown_ticker"
  /** The text names an exchange that is not one of ours. */
  | "other_exchange"
  /** The company is not listed any more. */
  | "gone"
  /** The list has `tickersMax` tickers already. */
  | "over_limit"
  /** These two are outcomes for the whole text, of which nothing is read. */
  | "too_large"
  | "not_text";

export interface ReportLine {
  readonly line: number;
  readonly text: string;
  readonly outcome: TokenOutcome;
  /** The ticker that was found. It may be a duplicate or over the limit. */
  readonly ticker?: Ticker;
  /** Present if the text has a ticker that the security had before. */
  readonly formerTicker?: Ticker;
  /** Says what became of the company, if it is gone. */
  readonly detail?: string;
}

export interface ReadList {
  readonly format: ListFormat;
  /** In the order of the text, without duplicates. */
  readonly tickers: readonly Ticker[];
  readonly report: readonly ReportLine[];
  /** The number of lines that the report would have beyond its bound. */
  readonly leftOff: number;
}

type Resolve = (text: string) => SymbolReading;

export interface ReadOptions {
  /** Finds our ticker for a symbol in any spelling, if this ticker may be on a list. */
  readonly resolve: Resolve;
  readonly format?: ListFormat | "auto";
  readonly tickersMax?: number;
}

export function readList(
  text: string,
  { format = "auto", tickersMax = 200, ...options }: ReadOptions,
): ReadList {
  const fault = faultOf(text);
  if (fault) {
    const report = [{ line: 1, text: "", outcome: fault }];
    return { format: format === "auto" ? "text" : format, tickers: [], report, leftOff: 0 };
  }
  const unified = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const actualFormat = format === "auto" ? detectFormat(unified) : format;
  const resolve = remembered(options.resolve);
  const tickers = new Set<Ticker>();

  function readToken(token: Token): Read {
    if (token.isProse) return { outcome: "not_a_ticker" };
    const found = readTicker(token.text, resolve);
    if (found.ticker === undefined) return found;
    if (tickers.has(found.ticker)) return { ...found, outcome: "duplicate" };
    if (tickers.size >= tickersMax) return { ...found, outcome: "over_limit" };
    tickers.add(found.ticker);
    return found;
  }

  const report: ReportLine[] = [];
  const tokens = tokensOf(unified, { format: actualFormat, resolve });
  for (const token of tokens) {
    const read = readToken(token);
    if (report.length >= reportLinesMax) continue;
    report.push({ line: token.line, text: token.text.slice(0, reportTextMax), ...read });
  }
  const leftOff = tokens.length - report.length;
  return { format: actualFormat, tickers: [...tickers], report, leftOff };
}

/** A NUL shows that the file is not text, for example a picture. Letters among its bytes could be read as tickers. */
function faultOf(text: string): "too_large" | "not_text" | undefined {
  if (text.length > inputLengthMax) return "too_large";
  return text.includes("\0") ? "not_text" : undefined;
}

interface TokenOptions {
  readonly format: ListFormat;
  readonly resolve: Resolve;
}

function tokensOf(text: string, { format, resolve }: TokenOptions): Token[] {
  const isKnown = (word: string) => resolve(word).kind === "found";
  const lines = text.split("\n");
  if (format === "tradingview") return textTokens(lines, { ignored: sectionsAndComments, resolve });
  const tables = tablesWithHeader(text) ?? tableWithoutHeader(text, isKnown) ??
    (format === "csv" ? firstColumn(text) : undefined);
  // In a table only the column of symbols is read. Other cells, such as names and currencies, may look like tickers.
  return tables
    ? withoutNames([tables].flat().flatMap(tokensOfTable))
    : withoutProse(textTokens(lines, { ignored: comments, resolve }), isKnown);
}

/** If any cell of the column is in capitals, cells with lower-case letters are not symbols: "Cash", "Total". */
function withoutNames(tokens: readonly Token[]): Token[] {
  const hasCapitals = tokens.some(({ text }) => hasSymbolCase(text) && /\p{L}/u.test(text));
  return tokens.map((token) => ({
    ...token,
    isProse: token.isProse || (hasCapitals && !hasSymbolCase(token.text)),
  }));
}

/**
 * In a sentence only words in capitals are tickers. A line is a sentence if it has several words that are not all known
 * tickers. If the whole text is in lower case, all its words may be tickers.
 */
function withoutProse(tokens: readonly Token[], isKnown: (text: string) => boolean): Token[] {
  const isLower = tokens.every(({ text }) => text === text.toLowerCase());
  const sentences = new Set(
    [...Map.groupBy(tokens, ({ line }) => line)]
      .filter(([, words]) => words.length > 1 && !words.every(({ text }) => isKnown(text)))
      .map(([line]) => line),
  );
  return tokens.map((token) => ({
    ...token,
    isProse: !isLower && sentences.has(token.line) && !hasSymbolCase(token.text),
  }));
}

/** Each text is resolved once. The number of different texts is bounded by the length of the input. */
function remembered(resolve: Resolve): Resolve {
  const readings = new Map<string, SymbolReading>();
  return (text) => {
    const reading = readings.get(text) ?? resolve(text);
    readings.set(text, reading);
    return reading;
  };
}

type Read = Omit<ReportLine, "line" | "text">;

function readTicker(text: string, resolve: Resolve): Read {
  const { kind, ...rest } = resolve(text);
  if (kind === "found") return { outcome: "read", ...rest };
  if (kind !== "unknown") return { outcome: kind, ...rest };
  return { outcome: parseTicker(text.replace("/", ".")) ? "unknown_ticker" : "not_a_ticker" };
}

const tradingViewSigns = /^[ \t]*###|(?:^|,)[ \t]*[a-z]\w*:[^\s,]/im;

export function detectFormat(text: string): ListFormat {
  if (tablesWithHeader(text)) return "csv";
  return tradingViewSigns.test(text) ? "tradingview" : "text";
}

/** A comment ends at the end of its line. */
const comments = /#.*/g;
/** In TradingView's lists a comma ends the name of a section: `###Chips,NASDAQ:NVDA`. */
const sectionsAndComments = /###[^,]*|#.*/g;
/** Includes quotation marks, because a text may have quoted tickers without being a table. */
const separators = /[,;"\t]+/;

/** Tickers may stand one on each line, or be separated by commas, semicolons or blanks. */
function textTokens(
  lines: readonly string[],
  { ignored, resolve }: { ignored: RegExp; resolve: Resolve },
): Token[] {
  return lines.flatMap((line, index) =>
    line.replace(ignored, "").split(separators)
      .flatMap((part) => joinSpellings(part.split(/\s+/).filter((word) => word !== ""), resolve))
      .map((text) => ({ line: index + 1, text }))
  );
}

/** Excel's "Unicode text" is UTF-16, which its first two bytes show. Other encodings have the same bytes for tickers as UTF-8. */
export function textOfFile(bytes: Uint8Array<ArrayBuffer>): string {
  const mark = bytes.slice(0, 2).join();
  const encoding = mark === "255,254" ? "utf-16le" : mark === "254,255" ? "utf-16be" : "utf-8";
  return new TextDecoder(encoding).decode(bytes);
}
