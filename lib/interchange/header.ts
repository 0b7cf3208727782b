// Owns the meaning of a table's header: which column contains the symbols, the names of the companies, or their prices.

import type { CsvRecord } from "./csv.ts";

const symbolWords = wordSet("symbol symbols ticker tickers");
/** A header of the symbols may also contain these words: "Symbol/CUSIP", "Stock Ticker", "Symbol(s)". */
const furtherWords = wordSet(
  "s stock stocks security cusip isin code exchange instrument asset fund or",
);
/** These are headers of the symbols if no other header is. */
const otherHeaders = wordSet("instrument code sym");
const nameWords = wordSet("description name company holding security investment");
const priceWords = wordSet("price last quote");

/** Below 0 if this is not a header of symbols. */
export function symbolColumn(cells: readonly string[]): number {
  const column = cells.findIndex(isSymbolHeader);
  return column >= 0 ? column : cells.findIndex((cell) => otherHeaders.has(plain(cell)));
}

/** True for the header of a further table. A row of a table may have a cell like "Code", but not all these signs. */
export function isFurtherHeader({ cells }: CsvRecord): boolean {
  const texts = cells.filter((cell) => cell !== "");
  return texts.length > 1 && texts.some(isSymbolHeader) &&
    !texts.some((text) => /^[-+$\d.,%()]+$/.test(text));
}

/** Undefined if the header names none. */
export function nameColumn(header: readonly string[]): number | undefined {
  return columnWith(nameWords, header);
}

/** Undefined if the header names none. */
export function priceColumn(header: readonly string[]): number | undefined {
  return columnWith(priceWords, header);
}

function columnWith(words: ReadonlySet<string>, header: readonly string[]): number | undefined {
  const column = header.findIndex((cell) => {
    const own = plain(cell).split(" ");
    // An account has a name too.
    return !isSymbolHeader(cell) && !own.includes("account") && own.some((word) => words.has(word));
  });
  return column < 0 ? undefined : column;
}

function isSymbolHeader(cell: string): boolean {
  const words = plain(cell).split(" ");
  return words.some((word) => symbolWords.has(word)) &&
    words.every((word) => symbolWords.has(word) || furtherWords.has(word));
}

/** Footnote marks, digits, colons and widths make no difference: "Symbol*", "SYMBOL:", "Ｓｙｍｂｏｌ". */
function plain(cell: string): string {
  return cell.normalize("NFKC").toLowerCase().replace(/[^\p{L}]+/gu, " ").trim();
}

function wordSet(words: string): ReadonlySet<string> {
  return new Set(words.split(" "));
}
