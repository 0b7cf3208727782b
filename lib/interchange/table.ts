// Owns finding the table in a broker's file: its delimiter, its header, and the column with the symbols.

import { type CsvRecord, parseCsv } from "./csv.ts";
import type { Token } from "./list_format.ts";

const symbolNames = new Set([
  "symbol",
  "symbols",
  "ticker",
  "tickers",
  "ticker symbol",
  "stock symbol",
  "symbol/cusip",
  "instrument",
  "code",
]);
/** The header is searched in this number of records, because title lines may stand before it. */
const headerRecordsMax = 20;
const delimiters = [",", ";", "\t", "|"] as const;
/** A first line for Excel may name the delimiter. */
const namedDelimiter = /^\s*sep=(.)[ \t]*(?:\n|$)/i;
/** The Trader Workstation of Interactive Brokers writes SYM,AAPL,SMART/NASDAQ or DES,AAPL,STK,SMART. */
const twsLine = /^(?:SYM|DES),/;

export interface Table {
  /** Without the title lines and the header. */
  readonly records: readonly CsvRecord[];
  readonly column: number;
}

/** Finds a table with a header that names the column of symbols. Undefined if no line is such a header. */
export function tableWithHeader(text: string): Table | undefined {
  if (isTws(text)) {
    return { records: parseCsv(text, { delimiter: "," }).filter(isTwsStock), column: 1 };
  }
  for (const delimiter of delimitersOf(text)) {
    const head = parseCsv(text, { delimiter, recordsMax: headerRecordsMax });
    const index = head.findIndex(({ cells }) => cells.length > 1 && columnOf(cells) >= 0);
    if (index < 0) continue;
    const records = parseCsv(text, { delimiter }).slice(index + 1);
    return { records, column: columnOf(head[index]!.cells) };
  }
  return undefined;
}

/**
 * Finds a table if at least half of the lines have the same number of cells, and not all of these cells are tickers. The
 * other lines are titles and footers. The symbols are in the column with the most known tickers, or in the leftmost such
 * column. Undefined for any other text.
 */
export function tableWithoutHeader(
  text: string,
  isKnown: (cell: string) => boolean,
): Table | undefined {
  for (const delimiter of delimitersOf(text)) {
    const all = parseCsv(text, { delimiter }).filter(hasText);
    const groups = [...Map.groupBy(all, ({ cells }) => cells.length)]
      .filter(([width]) => width > 1)
      .sort(([, a], [, b]) => b.length - a.length);
    const [width, records] = groups[0] ?? [0, []];
    const isTable = records.length > 1 && 2 * records.length >= all.length;
    if (!isTable || records.every(({ cells }) => cells.every(isKnown))) continue;
    const counts = Array.from(
      { length: width },
      (_, column) => records.filter(({ cells }) => isKnown(cells[column] ?? "")).length,
    );
    return { records, column: counts.indexOf(Math.max(...counts)) };
  }
  return undefined;
}

/** For a text that the user declared to be a table: without a header, the first column contains the symbols. */
export function firstColumn(text: string): Table {
  const [delimiter = ","] = delimitersOf(text);
  return { records: parseCsv(text, { delimiter }), column: 0 };
}

export function tokensOfTable({ records, column }: Table): Token[] {
  return records.filter(hasText)
    .map(({ line, cells }) => ({ line, text: cells[column] ?? "" }))
    .filter(({ text }) => text !== "");
}

function columnOf(cells: readonly string[]): number {
  return cells.findIndex((cell) => symbolNames.has(cell.toLowerCase()));
}

function hasText({ cells }: CsvRecord): boolean {
  return cells.some((cell) => cell !== "") && !namedDelimiter.test(cells.join(""));
}

/** Returns the named delimiter, or else those that occur in the text, the most frequent one of the first line first. */
function delimitersOf(text: string): string[] {
  const named = namedDelimiter.exec(text)?.[1];
  if (named) return [named];
  const [first = ""] = text.trimStart().split("\n", 1);
  const count = (delimiter: string) => first.split(delimiter).length;
  return delimiters.filter((delimiter) => text.includes(delimiter))
    .sort((a, b) => count(b) - count(a));
}

function isTws(text: string): boolean {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.length > 0 && lines.every((line) => twsLine.test(line));
}

/** A DES line may also describe an option or a future. Its symbol is left out, because the user does not own that stock. */
function isTwsStock({ cells: [kind, , type] }: CsvRecord): boolean {
  return kind === "SYM" || type === "STK";
}
