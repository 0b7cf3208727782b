// Owns reading a list of tickers from a file of another program, with a report of each place where a ticker was expected.

import { parseTicker, type Ticker } from "../quote.ts";
import { detectFormat, type ListFormat } from "./list_format.ts";
import { textTokens, type Token, tradingViewTokens } from "./tokens.ts";
import { readSymbol } from "./tradingview.ts";
import { csvTokens } from "./yahoo_csv.ts";

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
  /** A ticker by its spelling, but none that the resolver knows. */
  | "unknown_ticker"
  /** TradingView's prefix names an exchange that is none of ours. */
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
  /** Our ticker for a spelling; undefined: none that may stand on a list. */
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
    const found = readTicker(token.text, resolve);
    if (found.outcome !== "read") return found;
    if (tickers.has(found.ticker)) return { ...found, outcome: "duplicate" };
    if (tickers.size >= tickersMax) return { ...found, outcome: "over_limit" };
    tickers.add(found.ticker);
    return found;
  }

  const report: ReportLine[] = [];
  const tokens = tokensOf(unified, known);
  for (const token of tokens) {
    const verdict = judge(token);
    if (report.length >= reportLinesMax) continue;
    report.push({ line: token.line, text: token.text.slice(0, reportTextMax), ...verdict });
  }
  return { format: known, tickers: [...tickers], report, leftOff: tokens.length - report.length };
}

/** A picture's bytes spell tickers too; unlike a text they have a NUL among them. */
function faultOf(text: string): "too_large" | "not_text" | undefined {
  if (text.length > inputLengthMax) return "too_large";
  return text.includes("\0") ? "not_text" : undefined;
}

function tokensOf(text: string, format: ListFormat): Token[] {
  if (format === "csv") return csvTokens(text);
  const lines = text.split("\n");
  return format === "text" ? textTokens(lines) : tradingViewTokens(lines);
}

type Found =
  | { readonly outcome: "read"; readonly ticker: Ticker }
  | { readonly outcome: "not_a_ticker" | "unknown_ticker" | "other_exchange" };

function readTicker(text: string, resolve: ReadOptions["resolve"]): Found {
  const { symbol, isElsewhere } = readSymbol(text);
  if (isElsewhere) return { outcome: "other_exchange" };
  const spellings = spellingsOf(symbol).filter((spelling) => parseTicker(spelling) !== undefined);
  if (spellings.length === 0) return { outcome: "not_a_ticker" };
  for (const spelling of spellings) {
    const ticker = resolve(spelling);
    if (ticker) return { outcome: "read", ticker };
  }
  return { outcome: "unknown_ticker" };
}

/** As written, then with the dot we write in a class of shares: Yahoo has BRK-B, others BRK/B. */
function spellingsOf(symbol: string): string[] {
  const dotted = symbol.replace(/[-/]/g, ".");
  return dotted === symbol ? [symbol] : [symbol, dotted];
}
