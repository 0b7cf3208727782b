// Owns arbitrary files of brokers: tables of holdings with title lines, footers, odd headers and encodings, and their true symbols.

import { Buffer } from "node:buffer";
import fc from "fast-check";

/** These tickers are words that also appear outside the column of symbols. */
export const wordTickers = "CASH USD NET COST ALL IT PM ET TOTAL NOW SO ARE ON KEY OPEN LOW FAST"
  .split(
    " ",
  );
export const heldTickers = "AAPL MSFT KO BRK.B BF.B SPY VOO T XOM JPM".split(" ");

export interface BrokerFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly text: string;
  /** Our tickers of the rows. No other ticker may be read from the file. */
  readonly tickers: readonly string[];
}

interface Column {
  readonly header: string;
  readonly cell: fc.Arbitrary<string>;
}

const wordTicker = fc.constantFrom(...wordTickers);
const words = fc.array(
  fc.oneof(wordTicker, fc.constantFrom("Inc", "apple", "Costs", "of", "the", "gain", "Class B")),
  { minLength: 1, maxLength: 5 },
).map((words) => words.join(" "));
const amount = fc.tuple(fc.constantFrom("", "$", "-", "-$"), fc.integer({ min: 2, max: 99_999 }))
  .map(([sign, cents]) => `${sign}${(cents / 100).toFixed(2)}`);

const symbolHeaders = [
  "Symbol",
  "SYMBOL",
  "Symbol*",
  "Symbol:",
  "Ｓｙｍｂｏｌ",
  "Ticker",
  "Ticker Symbol",
  "Symbol/CUSIP",
  "Symbol (1)",
];
/** The first column is the name of the company, the second one is its price: brokers write at least these. */
const usualColumns: readonly Column[] = [
  { header: "Description", cell: words },
  { header: "Last Price", cell: amount },
];
const otherColumns: readonly Column[] = [
  { header: "Quantity", cell: amount },
  { header: "Currency", cell: fc.constantFrom("USD", "EUR") },
  { header: "Type", cell: fc.constantFrom("CASH", "Margin", "ETF", "Equity") },
  { header: "Net, Total", cell: fc.oneof(amount, fc.constantFrom("NET", "--", "n/a", "")) },
  { header: "Note", cell: fc.oneof(words, fc.constant(""), fc.constant("two\nNET\nlines")) },
];

/** How programs spell a ticker. */
const spellings: readonly ((ticker: string) => string)[] = [
  (ticker) => ticker,
  (ticker) => ticker.replace(".", "/"),
  (ticker) => ticker.replace(".", "-"),
  (ticker) => ticker.replace(".", " "),
  (ticker) => `NYSE:${ticker}`,
  (ticker) => `${ticker} US Equity`,
];

const titleLines = fc.array(
  fc.oneof(
    words.map((text) => `Positions for ${text} as of 04:48 PM ET`),
    words.map((text) => `"Account ${text}, NET, ${text}"`),
    fc.constantFrom("", "Account Summary", "CASH", "NET", "sweep, NET, ALL"),
  ),
  { maxLength: 4 },
);

/** The cells of a row without a security: cash or a total, where a symbol is expected. */
const cashSymbols = fc.constantFrom("CASH", "USD", "TOTAL", "Cash & Cash Investments", "Total");
const sentences = fc.oneof(
  words.map((text) => `"${text}, NET, ${text}"`),
  words.map((text) => `Prices are delayed ${text}`),
  fc.constantFrom("", "CASH", "NET", "Brokerage services, NET, COST", '"CASH"', "ALL; NET | IT"),
);

export const brokerFile: fc.Arbitrary<BrokerFile> = fc.record({
  symbolHeader: fc.constantFrom(...symbolHeaders),
  others: fc.shuffledSubarray([...otherColumns]),
  place: fc.nat(7),
  delimiter: fc.constantFrom(",", ";", "\t"),
  isNamed: fc.boolean(),
  spelling: fc.constantFrom(...spellings),
  held: fc.shuffledSubarray(heldTickers, { minLength: 2 }),
  titleLines,
  cashRows: fc.array(cashSymbols, { maxLength: 2 }),
  isCashFirst: fc.boolean(),
  footers: fc.array(sentences, { maxLength: 4 }),
  isQuoted: fc.boolean(),
  newline: fc.constantFrom("\n", "\r\n", "\r"),
  encoding: fc.constantFrom("utf-8", "utf-8 with a mark", "utf-16le", "utf-16be"),
}).chain((shape) => {
  const columns = [...usualColumns, ...shape.others];
  const cells = fc.array(fc.tuple(...columns.map(({ cell }) => cell)), {
    minLength: shape.held.length,
    maxLength: shape.held.length,
  });
  return cells.map((cells) => fileOf(shape, { columns, cells }));
});

interface Shape {
  readonly symbolHeader: string;
  readonly place: number;
  readonly delimiter: string;
  readonly isNamed: boolean;
  readonly spelling: (ticker: string) => string;
  readonly held: readonly string[];
  readonly titleLines: readonly string[];
  readonly cashRows: readonly string[];
  readonly isCashFirst: boolean;
  readonly footers: readonly string[];
  readonly isQuoted: boolean;
  readonly newline: string;
  readonly encoding: string;
}

function fileOf(
  shape: Shape,
  { columns, cells }: { columns: readonly Column[]; cells: readonly (readonly string[])[] },
): BrokerFile {
  const place = Math.min(shape.place, columns.length);
  const withSymbol = (symbol: string, others: readonly string[]) =>
    others.toSpliced(place, 0, symbol).map((cell) => quoted(cell, shape)).join(shape.delimiter);
  const holdings = shape.held.map((ticker, row) => withSymbol(shape.spelling(ticker), cells[row]!));
  const cash = shape.cashRows.map((symbol) =>
    withSymbol(symbol, columns.map(({ header }) => header === "Description" ? "Cash" : "--"))
  );
  const lines = [
    ...(shape.isNamed ? [`sep=${shape.delimiter}`] : []),
    ...shape.titleLines,
    withSymbol(shape.symbolHeader, columns.map(({ header }) => header)),
    ...(shape.isCashFirst ? [...cash, ...holdings] : [...holdings, ...cash]),
    "",
    ...shape.footers,
  ];
  const text = lines.join("\n").replaceAll("\n", shape.newline);
  return { text, bytes: encoded(text, shape.encoding), tickers: shape.held };
}

function quoted(cell: string, { delimiter, isQuoted }: Shape): string {
  const isNeeded = isQuoted || cell.includes(delimiter) || /["\n]/.test(cell);
  return isNeeded ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function encoded(text: string, encoding: string): Uint8Array<ArrayBuffer> {
  if (encoding.startsWith("utf-8")) {
    return new TextEncoder().encode(encoding === "utf-8" ? text : `\uFEFF${text}`);
  }
  const bytes = Buffer.from(`\uFEFF${text}`, "utf16le");
  return Uint8Array.from(encoding === "utf-16be" ? bytes.swap16() : bytes);
}
