// Owns finding the tables in a broker's file: the delimiter, the headers, and the column with the symbols.

import { type CsvRecord, parseCsv } from "./csv.ts";
import { isFooter } from "./footers.ts";
import { isFurtherHeader, symbolColumn } from "./header.ts";
import type { Token } from "./list_format.ts";

/** The header is searched in this number of records, because title lines may stand before it. */
const headerRecordsMax = 20;
const delimiters = [",", ";", "\t", "|"] as const;
/** A first line for Excel may name the delimiter. */
const namedDelimiter = /^\s*sep=(.)[ \t]*(?:\n|$)/i;
/** The Trader Workstation of Interactive Brokers writes SYM,AAPL,SMART/NASDAQ or DES,AAPL,STK,SMART. */
const twsLine = /^(?:SYM|DES),/;

export interface Table {
  /** Empty if the table has no header. */
  readonly header: readonly string[];
  /** Without the title lines and the header. */
  readonly records: readonly CsvRecord[];
  /** Below 0 if no column contains symbols. */
  readonly column: number;
}

/** Finds the tables of which a header names the column of symbols. Undefined if no line is such a header. */
export function tablesWithHeader(text: string): readonly Table[] | undefined {
  if (isTws(text)) {
    const records = parseCsv(text, { delimiter: "," }).filter(isTwsStock);
    return [{ header: [], records, column: 1 }];
  }
  for (const delimiter of delimitersOf(text)) {
    const head = parseCsv(text, { delimiter, recordsMax: headerRecordsMax });
    if (head.some(isStatementHeader)) return statementTables(parseCsv(text, { delimiter }));
    const index = head.findIndex(({ cells }) => cells.length > 1 && symbolColumn(cells) >= 0);
    if (index >= 0) return tablesOf(parseCsv(text, { delimiter }).slice(index), isFurtherHeader);
  }
  return undefined;
}

/** The first record is a header. A file may contain further tables below, each with its own header and columns. */
function tablesOf(
  records: readonly CsvRecord[],
  isFurther: (record: CsvRecord) => boolean,
): Table[] {
  const starts = records.flatMap((record, at) => at === 0 || isFurther(record) ? [at] : []);
  return starts.map((start, at) => {
    const header = records[start]!.cells;
    const own = records.slice(start + 1, starts[at + 1]);
    return { header, records: own, column: symbolColumn(header) };
  });
}

/** A statement of Interactive Brokers: each line begins with the name of its table and the kind of the line. */
function statementTables(records: readonly CsvRecord[]): Table[] {
  return tablesOf(records, isStatementHeader).map((table) => ({
    ...table,
    records: table.records.filter(({ cells }) => cells[1] === "Data"),
  }));
}

/**
 * Finds a table if at least half of the lines have the same number of cells, and not every column has tickers. The other
 * lines are titles and footers. The symbols are in the column with the most known tickers, or in the leftmost such
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
    if (!isTable) continue;
    const counts = Array.from(
      { length: width },
      (_, column) => records.filter(({ cells }) => isKnown(cells[column] ?? "")).length,
    );
    // Lines of several tickers each are a list, also if a few of these tickers are not known.
    const isList = counts.every((count) => 2 * count >= records.length) &&
      records.every(({ cells }) => cells.every((cell) => isKnown(cell) || tickerShape.test(cell)));
    if (!isList) return { header: [], records, column: counts.indexOf(Math.max(...counts)) };
  }
  return undefined;
}

const tickerShape = /^(?:\$?[A-Z]{1,5}(?:[-./ ][A-Z]{1,3})?)?$/;

/** For a text that the user declared to be a table: without a header, the first column contains the symbols. */
export function firstColumn(text: string): Table {
  const [delimiter = ","] = delimitersOf(text);
  return { header: [], records: parseCsv(text, { delimiter }), column: 0 };
}

export function tokensOfTable({ header, records, column }: Table): Token[] {
  const rows = records.filter(hasText);
  const isFooterRow = isFooter({ header, rows, column });
  return rows
    .map(({ line, cells }) => ({
      line,
      text: cells[column] ?? "",
      isProse: isFooterRow(cells),
    }))
    .filter(({ text }) => text !== "");
}

function isStatementHeader({ cells }: CsvRecord): boolean {
  return cells.length > 2 && cells[1] === "Header";
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
