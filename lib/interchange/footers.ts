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
  const rowWidth = usualWidth(rows);
  const width = header.length || rowWidth;
  const counted = rows.filter(({ cells }) => hasNumber(cells));
  /** Without a header nothing says that the columns have one kind of cells. */
  const numberColumns = Array.from(header, (_, other) => other).filter((other) =>
    other !== column &&
    2 * counted.filter(({ cells }) => isNumeric(cells[other])).length > counted.length
  );

  /** The column of symbols does not count, because a symbol may be a number. */
  function hasNumber(cells: readonly string[]): boolean {
    return cells.some((cell, at) => at !== column && isNumeric(cell));
  }

  /** A line without any delimiter, or an unquoted sentence with commas: it has words where the rows have numbers. */
  function isSentence(cells: readonly string[]): boolean {
    if (cells.length === 1) return rowWidth > 1;
    if (numberColumns.length === 0 || hasNumber(cells)) return false;
    return cells.length < width || numberColumns.some((column) => !isBlank(cells[column] ?? ""));
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

/** The most frequent number of cells of the rows with several cells. */
function usualWidth(rows: readonly CsvRecord[]): number {
  const several = rows.filter(({ cells }) => cells.length > 1);
  const groups = [...Map.groupBy(several, ({ cells }) => cells.length)];
  const [width = 0] = groups.toSorted(([, a], [, b]) => b.length - a.length)[0] ?? [];
  return width;
}

function isNumeric(cell = ""): boolean {
  return numeric.test(cell);
}

/** "--" and "n/a" are blank too. */
function isBlank(cell: string): boolean {
  return /^(?:[-–—\s]*|n\/a)$/i.test(cell);
}
