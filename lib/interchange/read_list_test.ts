import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { arbitraryRows, resolverOf } from "./interchange_fixtures.ts";
import { listFormats } from "./list_format.ts";
import {
  detectFormat,
  inputLengthMax,
  readList,
  type ReadOptions,
  reportLinesMax,
  textOfFile,
} from "./read_list.ts";
import { writeList } from "./write_list.ts";

const resolve = resolverOf(["AAPL", "MSFT", "KO", "SPY", "T", "BRK.B", "SYMBOL"]);

function read(text: string, options: Partial<ReadOptions> = {}) {
  return readList(text, { resolve, ...options });
}

Deno.test("tickers are read one on each line, or separated by commas, semicolons and blanks", () => {
  const text = "# mine\naapl\n\nMSFT, KO;SPY\tT # the last one\r\n";
  const { tickers, report, format } = read(text);
  assert.deepEqual(read('"AAPL","MSFT"\n"KO"').tickers, ["AAPL", "MSFT", "KO"]);
  assert.equal(format, "text");
  assert.deepEqual(tickers, ["AAPL", "MSFT", "KO", "SPY", "T"]);
  assert.deepEqual(report.map(({ line }) => line), [2, 4, 4, 4, 4]);
});

Deno.test("the report shows why a token was not read", () => {
  const { tickers, report } = read("AAPL aapl\nNOPE @GSPC\nLSE:T", { tickersMax: 1 });
  assert.deepEqual(tickers, ["AAPL"]);
  assert.deepEqual(report, [
    { line: 1, text: "AAPL", outcome: "read", ticker: "AAPL" },
    { line: 1, text: "aapl", outcome: "duplicate", ticker: "AAPL" },
    { line: 2, text: "NOPE", outcome: "unknown_ticker" },
    { line: 2, text: "@GSPC", outcome: "not_a_ticker" },
    { line: 3, text: "LSE:T", outcome: "other_exchange" },
  ]);
  assert.equal(read("AAPL KO", { tickersMax: 1 }).report[1]?.outcome, "over_limit");
});

Deno.test("a class of shares is found with a dash, a dot or a slash", () => {
  for (const text of ["BRK-B", "BRK.B", "BRK/B", "NYSE:BRK.B", "brk-b"]) {
    assert.deepEqual(read(text).tickers, ["BRK.B"], text);
  }
});

Deno.test("a table's column of symbols is found by its header, at any position and in any case", () => {
  const tables = {
    yahoo: 'Symbol,Current Price,Comment\nBRK-B,1.00,"a, ""b"""\nKO,,\n',
    windows: '\uFEFFcomment,SYMBOL\r\nx,BRK-B\r\n"two\r\nlines",KO\r\n',
    semicolons: '\n\nName; ticker \nBerkshire;BRK.B\n"Coca; Cola";"KO"',
  };
  for (const [name, text] of Object.entries(tables)) {
    assert.equal(detectFormat(text.replace(/^\uFEFF/, "")), "csv", name);
    assert.deepEqual(read(text).tickers, ["BRK.B", "KO"], name);
  }
  assert.deepEqual(read(tables.windows).report.map(({ line }) => line), [2, 3]);
});

Deno.test("if the format is given as CSV, the first column of a table without a header is read", () => {
  assert.deepEqual(read("KO,12\nSPY,MSFT", { format: "csv" }).tickers, ["KO", "SPY"]);
});

/** The other cells of the tables below contain some of these tickers as words. */
const brokerTickers = resolverOf([
  "AAPL",
  "KO",
  "PM",
  "ET",
  "COST",
  "NET",
  "CASH",
  "BRK.B",
  "MSFT",
  "SPY",
]);

for (
  const [name, text, expected] of [
    [
      "with a title line and a footer, from Schwab",
      '"Positions for account Individual ...123 as of 04:48 PM ET, 2026/03/11"\n\n' +
      '"Symbol","Description","Qty (Quantity)","Cost Basis"\n"AAPL","APPLE INC","2","COST"\n' +
      '"BRK/B","BERKSHIRE","1","NET"\n"Cash & Cash Investments","--","--","--"\n"Account Total","","","NET"\n',
      ["AAPL", "BRK.B"],
    ],
    ["with another known header", "Symbols,Net\nAAPL,2", ["AAPL"]],
    ["with a named delimiter", "sep=;\nName;Ticker Symbol\nCosts, NET;KO", ["KO"]],
    ["with bars between the cells", "Code|Cash\nKO|NET", ["KO"]],
    ["without a known header", "Holding,Units\nAAPL,2\nKO,3", ["AAPL", "KO"]],
    [
      "without a known header, with a title, a time and a footer",
      "Positions as of 04:48 PM ET\nAAPL,16:48,COST\nKO,16:49,NET\nPM at cost: NET",
      ["AAPL", "KO"],
    ],
    ["without any ticker", "Holding,Units\nApple,2\nCola,3", []],
    ["with Cash among the symbols", "Symbol,Value\nAAPL,1\nCash,2", ["AAPL"]],
    [
      "from the Trader Workstation",
      "DES,AAPL,STK,SMART/ISLAND,,,,,\nSYM,KO,SMART/NYSE\nDES,NET,OPT,X",
      [
        "AAPL",
        "KO",
      ],
    ],
  ] as const
) {
  Deno.test(`of a table only the symbols are read: ${name}`, () => {
    assert.deepEqual(readList(text, { resolve: brokerTickers }).tickers, expected);
  });
}

Deno.test("in a sentence only capitals are tickers; a single word and a text in lower case may be tickers", () => {
  const tickersOf = (text: string) => readList(text, { resolve: brokerTickers }).tickers;
  assert.deepEqual(tickersOf("My net cost of AAPL, in cash\nko\nCash"), ["AAPL", "KO", "CASH"]);
  assert.deepEqual(tickersOf("aapl ko unknown"), ["AAPL", "KO"]);
  assert.deepEqual(tickersOf("AAPL ko"), ["AAPL", "KO"]);
});

Deno.test("an exchange is understood by its common names, before or after the symbol", () => {
  for (const text of ["NYSEARCA:SPY", "SPY:NYSEARCA", "ARCX:SPY", "PCX:SPY", "AMEX:SPY"]) {
    assert.deepEqual(read(text).tickers, ["SPY"], text);
  }
  assert.deepEqual(read("AAPL:NASDAQ XNAS:MSFT").tickers, ["AAPL", "MSFT"]);
  assert.deepEqual(read("LON:T T:LON").tickers, []);
});

Deno.test("TradingView's lists are read without the names of their sections", () => {
  const text = "###MY KO LIST,NASDAQ:AAPL,NYSE:KO,###Funds,AMEX:SPY,XETR:SAP,KO";
  const { format, tickers, report } = read(text);
  assert.equal(format, "tradingview");
  assert.deepEqual(tickers, ["AAPL", "KO", "SPY"]);
  assert.deepEqual(report.map(({ outcome }) => outcome).slice(3), ["other_exchange", "duplicate"]);
});

Deno.test("a text that is too long is refused as a whole; a long report is cut and its further lines are counted", () => {
  const tooLong = read("KO\n".repeat(inputLengthMax / 3 + 1));
  assert.deepEqual(tooLong.tickers, []);
  assert.deepEqual(tooLong.report.map(({ outcome }) => outcome), ["too_large"]);
  const { report, leftOff } = read("KO ".repeat(reportLinesMax + 7));
  assert.equal(report.length, reportLinesMax);
  assert.equal(leftOff, 7);
  assert.equal(read("X".repeat(1_000)).report[0]?.text.length, 40);
});

Deno.test("a file that is not text is refused as a whole, even if it contains letters of tickers", () => {
  const { tickers, report } = read("\u0089PNG\r\n\0\0 T KO");
  assert.deepEqual(tickers, []);
  assert.deepEqual(report.map(({ outcome }) => outcome), ["not_text"]);
});

Deno.test("reading any text throws nothing, stays within the bounds, and returns each ticker once", () => {
  const lines = fc.array(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "Symbol,Comment",
        '"',
        "\r",
        "\n",
        ",",
        "KO",
        "###",
        "NYSE:T",
        "=1",
        "\uFEFF",
      ),
    ),
  );
  const anyText = fc.oneof(fc.string({ unit: "binary" }), lines.map((parts) => parts.join("\n")));
  const format = fc.constantFrom(...listFormats, "auto" as const);
  fc.assert(
    fc.property(anyText, format, fc.nat(5), (text, format, tickersMax) => {
      const { tickers, report } = read(text, { format, tickersMax });
      assert.ok(tickers.length <= tickersMax && report.length <= reportLinesMax);
      assert.equal(new Set(tickers).size, tickers.length);
      const lineCount = text.split(/\r\n|\r|\n/).length;
      for (const { line } of report) assert.ok(line >= 1 && line <= lineCount);
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("the longest hostile texts are read within 2 seconds", () => {
  for (
    const unit of [
      '"',
      '""',
      '",',
      "\n",
      " ",
      "#",
      "###",
      ",",
      "a:",
      "KO,",
      "\t",
      '"\n',
      'Symbol,"',
    ]
  ) {
    const text = unit.repeat(inputLengthMax / unit.length);
    const startedAt = performance.now();
    for (const format of [...listFormats, "auto"] as const) read(text, { format });
    assert.ok(performance.now() - startedAt < 2_000, JSON.stringify(unit));
  }
});

Deno.test("an exported list is read as the same list, in every format, and the format is detected", () => {
  fc.assert(fc.property(arbitraryRows, fc.constantFrom(...listFormats), (rows, format) => {
    const tickers = rows.map(({ ticker }) => ticker);
    const written = writeList(rows, format);
    const imported = readList(written, { resolve: resolverOf(tickers), format: "auto" });
    assert.deepEqual(imported.tickers, tickers);
    assert.ok(imported.report.every(({ outcome }) => outcome === "read"));
  }));
});

const fileText = "Symbol\tName\r\nNESN\tNestlé\r\n";

Deno.test("the first bytes of a file show its encoding, which is otherwise UTF-8", () => {
  const utf16 = Buffer.from(`\uFEFF${fileText}`, "utf16le");
  const files = {
    "UTF-8": Buffer.from(fileText),
    "UTF-8 with a byte order mark": Buffer.from(`\uFEFF${fileText}`),
    "UTF-16, little-endian": utf16,
    "UTF-16, big-endian": Buffer.from(utf16).swap16(),
  };
  for (const [name, bytes] of Object.entries(files)) {
    assert.equal(textOfFile(bytes), fileText, name);
  }
});

Deno.test("decoding any bytes throws nothing", () => {
  for (const bytes of [[], [0xff], [0xff, 0xfe], [0xfe, 0xff, 0], [0xe9, 0x41]]) {
    assert.equal(typeof textOfFile(Uint8Array.from(bytes)), "string");
  }
  assert.equal(textOfFile(Uint8Array.from([0x4b, 0x4f, 0x2c, 0xe9])), "KO,\uFFFD");
});
