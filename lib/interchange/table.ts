// Owns finding the table in a broker's file: its delimiter, its header, and the column that holds the symbols.

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
/** Title lines may stand before the header. */
const headerRecordsMax = 20;
const delimiters = [",", ";", "\t", "|"] as const;
/** Excel's first line, which names the delimiter. */
const namedDelimiter = /^\s*sep=(.)[ \t]*(?:\n|$)/i;
/** Interactive Brokers writes SYM,AAPL,SMART/NASDAQ or DES,AAPL,STK,SMART. */
const twsLine = /^(?:SYM|DES),/;

export interface Table {
  /** Without title lines and header. */
  readonly records: readonly CsvRecord[];
  readonly column: number;
}

/** The table whose header names the symbols; undefined if no header does. */
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
 * A text of which most lines have the same number of cells, not all of them tickers; the other lines are titles and
 * footers. Its column is the one with the most known tickers, the left one of two. Undefined for any other text.
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

/** Of a text that is said to be a table. Without a header the symbols stand in the first column. */
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

/** The named one; else those in the text, the most frequent of the first line with text first. */
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

/** A DES line also describes options and futures, whose underlying is not what the user has. */
function isTwsStock({ cells: [kind, , type] }: CsvRecord): boolean {
  return kind === "SYM" || type === "STK";
}
