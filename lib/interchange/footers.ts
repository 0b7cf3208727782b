// Owns which rows of a table have no security, although their words may be tickers: cash, totals, and sentences below the table.

import type { CsvRecord } from "./csv.ts";
import { nameColumn, priceColumn } from "./header.ts";

/** Brokers write these words where a symbol is expected. CASH and USD are tickers too. */
const cashWords = new Set(
  "CASH TOTAL TOTALS SUBTOTAL BALANCE MARGIN PENDING SWEEP USD EUR GBP CAD CHF JPY AUD HKD".split(
    " ",
  ),
);
const cashNames = /\b(?:cash|totals?|balance|money|sweep|currency|dollars?|euros?|pending)\b/i;
/** The price of a unit of cash. */
const priceOfCash = /^\$?1(?:\.0*)?$/;
const numeric = /^[-+$€£(]*\d[\d.,]*\)?%?$/;

export interface TableRows {
  /** Empty if the table has no header. */
  readonly header: readonly string[];
  readonly rows: readonly CsvRecord[];
  readonly column: number;
}

/** Returns a function that is true for the cells of a row without a security. */
export function isFooter(
  { header, rows, column }: TableRows,
): (cells: readonly string[]) => boolean {
  const name = nameColumn(header);
  const price = priceColumn(header);
  const width = usualWidth(rows);
  const haveNumbers = rows.filter(({ cells }) => cells.some(isNumeric)).length * 2 > rows.length;

  /** An unquoted sentence with commas has fewer cells than a row, and a line without any delimiter has one. */
  function isSentence(cells: readonly string[]): boolean {
    if (cells.length >= width) return false;
    return cells.length === 1 || (haveNumbers && !cells.some(isNumeric));
  }

  /** A holding of the ticker CASH has the name of a company, or a price that is not 1. */
  function isCash(cells: readonly string[]): boolean {
    const others = cells.filter((cell, index) => index !== column && !isBlank(cell));
    if (!cashWords.has((cells[column] ?? "").toUpperCase()) || others.length === 0) return false;
    const [nameText = "", priceText = ""] = [cells[name ?? -1], cells[price ?? -1]];
    if (name !== undefined) return isBlank(nameText) || cashNames.test(nameText);
    return price === undefined || isBlank(priceText) || priceOfCash.test(priceText);
  }

  return (cells) => isSentence(cells) || isCash(cells);
}

/** The most frequent number of cells. */
function usualWidth(rows: readonly CsvRecord[]): number {
  const groups = [...Map.groupBy(rows, ({ cells }) => cells.length)];
  const [width = 0] = groups.toSorted(([, a], [, b]) => b.length - a.length)[0] ?? [];
  return width;
}

function isNumeric(cell: string): boolean {
  return numeric.test(cell);
}

/** "--" and "n/a" are blank too. */
function isBlank(cell: string): boolean {
  return /^(?:[-–—\s]*|n\/a)$/i.test(cell);
}
