// Owns the columns of Yahoo Finance's portfolio files: finds the symbols, writes what is known of each quote.

import { formatPrice } from "../quote.ts";
import { type CsvRecord, formatCsv, parseCsv } from "./csv.ts";
import type { Token } from "./tokens.ts";
import type { ListRow } from "./write_list.ts";

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

const symbolNames = new Set(["symbol", "ticker"]);

/** The first record with text is a header if one of its several cells names the symbols. */
export function hasHeader(text: string): boolean {
  const header = parseCsv(text.trimStart(), { recordsMax: 1 })[0];
  return header !== undefined && header.cells.length > 1 && symbolColumn(header) >= 0;
}

/** Without a header the symbols stand in the first column. */
export function csvTokens(text: string): Token[] {
  const records = parseCsv(text).filter(({ cells }) => cells.some((cell) => cell !== ""));
  const column = records[0] ? symbolColumn(records[0]) : -1;
  return records.slice(column < 0 ? 0 : 1)
    .map(({ line, cells }) => ({ line, text: cells[Math.max(column, 0)] ?? "" }))
    .filter(({ text }) => text !== "");
}

function symbolColumn({ cells }: CsvRecord): number {
  return cells.findIndex((cell) => symbolNames.has(cell.toLowerCase()));
}

export function writeYahooCsv(rows: readonly ListRow[]): string {
  return formatCsv([columns, ...rows.map(recordOf)]);
}

/** What is not known (volume, purchases) stays empty, as in a portfolio that holds nothing. */
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

/** Like a price's text, two to four decimals; a difference may be negative or zero, so it is no Price. */
function changeText(tenThousandths: number): string {
  return (tenThousandths / 10_000).toFixed(4).replace(/0{1,2}$/, "");
}
