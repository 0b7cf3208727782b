// Owns the spellings of a ticker: returns the tickers that a text may mean, whatever program wrote it. Knows no security.

import { parseTicker, type Ticker } from "../quote.ts";
import { isBloombergCode, isExchangeName, isReutersCode } from "./exchanges.ts";

export interface SymbolForms {
  /** The most literal one comes first, because a listed ticker has priority over what its letters may mean otherwise. */
  readonly tickers: readonly Ticker[];
  /** The text names an exchange that is not one of ours. There the same letters mean another company. */
  readonly isOtherExchange: boolean;
}

/** A longer text is not a ticker in any spelling. */
const textLengthMax = 64;

export function symbolForms(text: string): SymbolForms {
  const plain = plainText(text);
  const { symbols, isOtherExchange } = withoutExchange(plain);
  const forms = new Set([plain, ...symbols].flatMap(classForms));
  const tickers = new Set([...forms].flatMap((form) => parseTicker(form) ?? []));
  return { tickers: [...tickers], isOtherExchange };
}

/** True if lower-case letters belong to the spelling: BACpL, BRKb.N, "AAPL US Equity". In names they follow each other. */
export function hasSymbolCase(text: string): boolean {
  const capitals = text.replace(/ Equity$/, "")
    .replace(/^([A-Z0-9]+)(?:p(?=[A-Z]$)|[ab](?=\.[A-Z]))/, "$1");
  return capitals === capitals.toUpperCase();
}

/** True for a word that may belong to the ticker before it: B, UN, Equity, NYSE, and B:NYSE as in BRK B:NYSE. */
export function isSymbolSuffix(word: string): boolean {
  const [first = "", exchange] = word.normalize("NFKC").split(/[:.@-]/, 2);
  const isSuffix = /^(?:[a-z]{1,2}|PR[a-z]?|american|equity)$/i.test(first) ||
    isExchangeName(first);
  return isSuffix && (exchange === undefined || isExchangeName(exchange));
}

/** A word processor may have replaced the hyphen, and a web page may contain invisible characters. */
function plainText(text: string): string {
  const trimmed = text.trim();
  if (trimmed.length > textLengthMax) return "";
  return trimmed.normalize("NFKC").slice(0, textLengthMax)
    .replace(/[\u200b-\u200f\u2060\ufeff]/g, "")
    .replace(/[\u2010-\u2015\u2212]/g, "-")
    .trim().replace(/\s+/g, " ").replace(/^\$/, "");
}

/** "AAPL US Equity" */
const bloombergSymbol = /^(\S+(?: [a-z])?) ([a-z]{2}) equity$/i;

export function isBloombergSymbol(text: string): boolean {
  return bloombergSymbol.test(text);
}

function withoutExchange(text: string): { symbols: string[]; isOtherExchange: boolean } {
  const colon = text.split(":").map((part) => part.trim());
  if (colon.length > 1) {
    const [before = "", after = ""] = colon;
    // CBOE:CBOE and NYSE:IEX have the name of an exchange on both sides.
    const symbols = [
      ...(isExchangeName(after) ? [before] : []),
      ...(isExchangeName(before) ? [after] : []),
    ];
    const isOurs = colon.length === 2 && symbols.length > 0;
    return { symbols: isOurs ? symbols : [], isOtherExchange: !isOurs };
  }
  const [, symbol, code] = bloombergSymbol.exec(text) ?? [];
  if (symbol && code) {
    const isOurs = isBloombergCode(code);
    return { symbols: isOurs ? [symbol] : [], isOtherExchange: !isOurs };
  }
  return { symbols: [...withoutSuffix(text), ...withoutPrefix(text)], isOtherExchange: false };
}

/** "AAPL US", AAPL.US, AAPL-US, AAPL@NASDAQ, "SPY NYSE Arca", AAPL.O. */
function withoutSuffix(text: string): string[] {
  const reuters = /^([a-z0-9]+)\.([a-z]{1,2})$/i.exec(text);
  if (reuters && isReutersCode(reuters[2]!)) return [reuters[1]!];
  for (const { index } of text.matchAll(/[ .@-]/g)) {
    if (index > 0 && isExchangeName(text.slice(index + 1))) return [text.slice(0, index)];
  }
  return [];
}

/** US.AAPL */
function withoutPrefix(text: string): string[] {
  const dot = text.indexOf(".");
  return dot > 0 && isExchangeName(text.slice(0, dot)) ? [text.slice(dot + 1)] : [];
}

/** BACpL. In capitals this could be the ticker of another company. */
export function isMarkedPreferred(text: string): boolean {
  return markedPreferred.test(text);
}

const markedPreferred = /^([A-Z0-9]+)p([A-Z])$/;
const preferred = /^([a-z0-9]+?)(?:[-./_ ]P[-./_ ]?|[-./_ ]?PR[-./_ ]?|\^)([a-z])$/i;
const joinedClass = /^([a-z]{2,4})([ab])$/i;

/**
 * A class of shares may be written BRK.B, BRK-B, BRK/B, BRK_B, "BRK B" or BRKB. Our ticker has a dot, that of a provider
 * may have a dash. A preferred share of series L may be written BACpL, BAC-PL, BAC/PL, BAC^L, BAC.PRL or "BAC PR L".
 */
function classForms(symbol: string): string[] {
  const oneWord = symbol.replace(/^(\S+) (\S+)$/, "$1.$2");
  const forms = [
    symbol,
    oneWord.replace(/[-/_]/g, "."),
    oneWord.replace(/[./_]/g, "-"),
    symbol.replace(joinedClass, "$1.$2"),
    symbol.replace(joinedClass, "$1-$2"),
  ];
  const isMarked = isMarkedPreferred(symbol);
  const [, root, series] = (isMarked ? markedPreferred : preferred).exec(symbol) ?? [];
  if (!root) return forms;
  const preferredForms = [".PR", "-P", ".P", "-PR"].map((mark) => root + mark + series);
  // AMpB is a preferred share, although AMPB may be listed too.
  return isMarked ? [...preferredForms, ...forms] : [...forms, ...preferredForms];
}
