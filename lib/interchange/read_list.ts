// Owns reading a list of tickers from a file of another program, with a report of each place where a ticker was expected.

import { parseTicker, type Ticker } from "../quote.ts";
import type { ListFormat, Token } from "./list_format.ts";
import { firstColumn, tableWithHeader, tableWithoutHeader, tokensOfTable } from "./table.ts";
import { readSymbol } from "./tradingview.ts";

/** Longer texts are not read at all: half a list would look like a whole one. */
export const inputLengthMax = 64 * 1024;
/** Further lines are counted only. */
export const reportLinesMax = 500;
/** A longer token is cut in the report. */
const reportTextMax = 40;

export type TokenOutcome =
  | "read"
  | "duplicate"
  | "not_a_ticker"
  /** Spelled like a ticker, but the resolver does not know it. */
  | "unknown_ticker"
  /** TradingView's prefix names an exchange that is not one of ours. */
  | "other_exchange"
  /** Past `tickersMax`. */
  | "over_limit"
  /** Of the whole text; nothing of it is read. */
  | "too_large"
  | "not_text";

export interface ReportLine {
  readonly line: number;
  readonly text: string;
  readonly outcome: TokenOutcome;
  /** What was found, whether or not it was read. */
  readonly ticker?: Ticker;
}

export interface ReadList {
  readonly format: ListFormat;
  /** In the order of the text, each once. */
  readonly tickers: readonly Ticker[];
  readonly report: readonly ReportLine[];
  /** How many lines the report would have had beyond its bound. */
  readonly leftOff: number;
}

export interface ReadOptions {
  /** Our ticker for a symbol in any spelling; undefined if it may not stand on a list. */
  readonly resolve: (text: string) => Ticker | undefined;
  readonly format?: ListFormat | "auto";
  readonly tickersMax?: number;
}

export function readList(
  text: string,
  { resolve, format = "auto", tickersMax = 200 }: ReadOptions,
): ReadList {
  const fault = faultOf(text);
  if (fault) {
    const report = [{ line: 1, text: "", outcome: fault }];
    return { format: format === "auto" ? "text" : format, tickers: [], report, leftOff: 0 };
  }
  const unified = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const known = format === "auto" ? detectFormat(unified) : format;
  const tickers = new Set<Ticker>();

  function judge(token: Token): Pick<ReportLine, "outcome" | "ticker"> {
    if (token.isProse) return { outcome: "not_a_ticker" };
    const found = readTicker(token.text, resolve);
    if (found.outcome !== "read") return found;
    if (tickers.has(found.ticker)) return { ...found, outcome: "duplicate" };
    if (tickers.size >= tickersMax) return { ...found, outcome: "over_limit" };
    tickers.add(found.ticker);
    return found;
  }

  const report: ReportLine[] = [];
  const isKnown = (word: string) => readTicker(word, resolve).outcome === "read";
  const tokens = tokensOf(unified, { format: known, isKnown });
  for (const token of tokens) {
    const verdict = judge(token);
    if (report.length >= reportLinesMax) continue;
    report.push({ line: token.line, text: token.text.slice(0, reportTextMax), ...verdict });
  }
  return { format: known, tickers: [...tickers], report, leftOff: tokens.length - report.length };
}

/** The bytes of a picture spell tickers too; unlike a text they hold a NUL. */
function faultOf(text: string): "too_large" | "not_text" | undefined {
  if (text.length > inputLengthMax) return "too_large";
  return text.includes("\0") ? "not_text" : undefined;
}

interface TokenOptions {
  readonly format: ListFormat;
  readonly isKnown: (word: string) => boolean;
}

function tokensOf(text: string, { format, isKnown }: TokenOptions): Token[] {
  const lines = text.split("\n");
  if (format === "tradingview") return tradingViewTokens(lines);
  const table = tableWithHeader(text) ?? tableWithoutHeader(text, isKnown) ??
    (format === "csv" ? firstColumn(text) : undefined);
  // A table has words that no one meant as tickers: names, currencies, the footer.
  return table ? withoutNames(tokensOfTable(table)) : withoutProse(textTokens(lines), isKnown);
}

/** Where symbols are written in capitals, "Cash" and "Total" are not symbols. */
function withoutNames(tokens: readonly Token[]): Token[] {
  const hasCapitals = tokens.some(({ text }) => !hasLowerCase(text) && /\p{L}/u.test(text));
  return tokens.map((token) => ({ ...token, isProse: hasCapitals && hasLowerCase(token.text) }));
}

/** In a sentence only capitals are tickers. A line of tickers alone, and a text in lower case, are not sentences. */
function withoutProse(tokens: readonly Token[], isKnown: TokenOptions["isKnown"]): Token[] {
  const isLower = tokens.every(({ text }) => text === text.toLowerCase());
  const sentences = new Set(
    [...Map.groupBy(tokens, ({ line }) => line)]
      .filter(([, words]) => words.length > 1 && !words.every(({ text }) => isKnown(text)))
      .map(([line]) => line),
  );
  return tokens.map((token) => ({
    ...token,
    isProse: !isLower && sentences.has(token.line) && hasLowerCase(token.text),
  }));
}

function hasLowerCase(text: string): boolean {
  return text !== text.toUpperCase();
}

type Found =
  | { readonly outcome: "read"; readonly ticker: Ticker }
  | { readonly outcome: "not_a_ticker" | "unknown_ticker" | "other_exchange" };

function readTicker(text: string, resolve: ReadOptions["resolve"]): Found {
  const { symbol, isElsewhere } = readSymbol(text);
  if (isElsewhere) return { outcome: "other_exchange" };
  const ticker = resolve(symbol);
  if (ticker) return { outcome: "read", ticker };
  return { outcome: parseTicker(symbol.replace("/", ".")) ? "unknown_ticker" : "not_a_ticker" };
}

const tradingViewSigns = /^[ \t]*###|(?:^|,)[ \t]*[a-z]\w*:[^\s,]/im;

export function detectFormat(text: string): ListFormat {
  if (tableWithHeader(text)) return "csv";
  return tradingViewSigns.test(text) ? "tradingview" : "text";
}

/** A comment runs to the end of its line. */
const comments = /#.*/g;
/** TradingView's sections stand between commas: `###Chips,NASDAQ:NVDA`. */
const sectionsAndComments = /###[^,]*|#.*/g;
/** Quotes too: without a header a table is read as text. */
const separators = /[,;"\s]+/;

/** One a line, or separated by commas, semicolons or blanks. */
function textTokens(lines: readonly string[]): Token[] {
  return tokens(lines, comments);
}

function tradingViewTokens(lines: readonly string[]): Token[] {
  return tokens(lines, sectionsAndComments);
}

function tokens(lines: readonly string[], ignored: RegExp): Token[] {
  return lines.flatMap((line, index) =>
    line.replace(ignored, "").split(separators)
      .filter((text) => text !== "")
      .map((text) => ({ line: index + 1, text }))
  );
}

/** Excel's "Unicode text" is UTF-16 and says so by its first two bytes. Tickers read the same in all other encodings. */
export function textOfFile(bytes: Uint8Array<ArrayBuffer>): string {
  const mark = bytes.slice(0, 2).join();
  const encoding = mark === "255,254" ? "utf-16le" : mark === "254,255" ? "utf-16be" : "utf-8";
  return new TextDecoder(encoding).decode(bytes);
}
