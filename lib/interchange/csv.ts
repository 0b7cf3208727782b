// Owns CSV: parsing records, formatting them so that spreadsheets run no formula, and the columns of Yahoo Finance's files.

import Papa from "papaparse";
import { formatPrice } from "../quote.ts";
import type { ListRow } from "./list_format.ts";

export interface CsvRecord {
  /** The line on which the record begins, counted from 1. A record has several lines if a quoted field does. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** A spreadsheet runs a field that begins like this as a formula. A plain negative number is not a formula. */
const formula = /^(?!-\d+(?:\.\d+)?$)[=+\-@\t\r]/;

const delimiters = [",", ";", "\t"] as const;

/** Lines must end with "\n". Never throws: a text that is not CSV results in meaningless cells. */
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

/** Returns the most frequent delimiter in the first line with text, because the header has it between all columns. */
function delimiterOf(text: string): string {
  const [header = ""] = text.trimStart().split("\n", 1);
  const counts = delimiters.map((delimiter) => header.split(delimiter).length);
  return delimiters[counts.indexOf(Math.max(...counts))] ?? ",";
}

/** Follows RFC 4180. A field that a spreadsheet would run is quoted and begins with an apostrophe. */
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

/** The other columns (volume, purchases) are empty, as in a portfolio without purchases. */
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

/** As in Yahoo's files: "2026/03/11", "16:00 EDT". All exchanges that we know use the time of New York. */
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

/** Two to four decimals, like the text of a price. A change may be negative or zero, so it does not have the type Price. */
function changeText(tenThousandths: number): string {
  return (tenThousandths / 10_000).toFixed(4).replace(/0{1,2}$/, "");
}
