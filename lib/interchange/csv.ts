// Owns tables in CSV: records in and out, safe for spreadsheets, and the columns of Yahoo Finance's portfolio files.

import Papa from "papaparse";
import { formatPrice } from "../quote.ts";
import type { ListRow } from "./list_format.ts";

export interface CsvRecord {
  /** Where it begins, counted from 1; a quoted field may hold further lines. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** A spreadsheet runs such a field as a formula, unless it is a plain negative number. */
const formula = /^(?!-\d+(?:\.\d+)?$)[=+\-@\t\r]/;

const delimiters = [",", ";", "\t"] as const;

/** Never throws: a text that is not CSV comes out as odd cells. Lines end with "\n". */
export function parseCsv(
  text: string,
  { recordsMax = 0, delimiter = delimiterOf(text) } = {},
): CsvRecord[] {
  const options = { newline: "\n", delimiter, preview: recordsMax } as const;
  const { data } = Papa.parse<string[]>(text, options);
  let line = 1;
  return data.map((cells) => {
    const record = { line, cells: cells.map((cell) => cell.trim()) };
    line += cells.join("").split("\n").length;
    return record;
  });
}

/** The most frequent one in the first line with text: the header has it between all columns. */
function delimiterOf(text: string): string {
  const [header = ""] = text.trimStart().split("\n", 1);
  const counts = delimiters.map((delimiter) => header.split(delimiter).length);
  return delimiters[counts.indexOf(Math.max(...counts))] ?? ",";
}

/** RFC 4180. A field that a spreadsheet would run is quoted and begins with an apostrophe. */
export function formatCsv(records: readonly (readonly string[])[]): string {
  return Papa.unparse(records.map((cells) => [...cells]), { escapeFormulae: formula }) + "\r\n";
}

const columns = [
  "Symbol",
  "Current Price",
  "Date",
  "Time",
  "Change",
  "Open",
  "High",
  "Low",
  "Volume",
  "Trade Date",
  "Purchase Price",
  "Quantity",
  "Commission",
  "High Limit",
  "Low Limit",
  "Comment",
] as const;

export function writeYahooCsv(rows: readonly ListRow[]): string {
  return formatCsv([columns, ...rows.map(recordOf)]);
}

/** Unknown columns (volume, purchases) stay empty, as in a portfolio without purchases. */
function recordOf({ ticker, quote }: ListRow): string[] {
  // Yahoo spells a class of shares with a dash: BRK-B.
  const known = [ticker.replaceAll(".", "-"), ...(quote ? quoteCells(quote) : [])];
  return columns.map((_, index) => known[index] ?? "");
}

function quoteCells({ price, previousClose, asOf }: NonNullable<ListRow["quote"]>): string[] {
  const { year, month, day, hour, minute, timeZoneName } = Object.fromEntries(
    exchangeTime.formatToParts(asOf).map(({ type, value }) => [type, value]),
  );
  return [
    formatPrice(price),
    `${year}/${month}/${day}`,
    `${hour}:${minute} ${timeZoneName}`,
    previousClose === undefined ? "" : changeText(price - previousClose),
  ];
}

/** As in Yahoo's files: "2026/03/11", "16:00 EDT". All exchanges known here keep New York's time. */
const exchangeTime = new Intl.DateTimeFormat("en-US", {
  timeZone: "America/New_York",
  hourCycle: "h23",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  timeZoneName: "short",
});

/** Like a price's text, two to four decimals; a difference may be negative or zero, so it is not a Price. */
function changeText(tenThousandths: number): string {
  return (tenThousandths / 10_000).toFixed(4).replace(/0{1,2}$/, "");
}
