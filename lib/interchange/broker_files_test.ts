// Checks the files of brokers and of other programs, in the form in which they write them: only the symbols are read.

import assert from "node:assert/strict";
import { resolverOf } from "./interchange_fixtures.ts";
import { readList } from "./read_list.ts";

/** Other cells and footers contain some of these tickers as words. */
const resolve = resolverOf(
  "AAPL MSFT KO BRK.B SPY T VOO A B CASH USD NET COST ET PM IT ALL CORE BAC.PRL META GOOGL".split(
    " ",
  ),
);

interface BrokerFile {
  readonly text: string;
  readonly tickers: string;
  /** Texts that are reported, but are not tickers that can be added. */
  readonly reported?: readonly string[];
}

const files: Record<string, BrokerFile> = {
  "Schwab, with cash and a total": {
    text: `"Positions for account Individual ...123 as of 04:48 PM ET, 2026/03/11"

"Symbol","Description","Qty (Quantity)","Price","Mkt Val (Market Value)","Security Type"
"AAPL","APPLE INC","2","$190.10","$380.20","Equity"
"BRK/B","BERKSHIRE HATHAWAY CLASS B","1","$480.00","$480.00","Equity"
"BAC/PRL","BANK AMERICA CORP PFD L","1","$1,200.00","$1,200.00","Equity"
"CASH","Cash & Cash Investments","--","--","$1,234.56","Cash and Money Market"
"TOTAL","Account Total","--","--","$3,294.76","--"
`,
    tickers: "AAPL BRK.B BAC.PRL",
    reported: ["CASH", "TOTAL"],
  },
  "Fidelity, with pending activity and sentences": {
    text: `\uFEFFAccount Number,Account Name,Symbol,Description,Quantity,Last Price,Current Value
Z12345678,INDIVIDUAL,SPAXX**,HELD IN MONEY MARKET,,,$100.00
Z12345678,INDIVIDUAL,AAPL,APPLE INC,2,$190.10,$380.20
Z12345678,INDIVIDUAL,BRKB,BERKSHIRE HATHAWAY INC,1,$480.00,$480.00
Z12345678,INDIVIDUAL,BACPRL,BANK AMERICA CORP,1,$1200.00,$1200.00
Z12345678,INDIVIDUAL,CASH,HELD IN CASH,,,$5.00
Z12345678,INDIVIDUAL,Pending Activity,,,,$12.00

"The data and information in this spreadsheet is provided, AAPL, NET, to you solely for your use"

Brokerage services are provided, by Fidelity, NET, of all cost
"Date downloaded Mar-11-2026 4:48 p.m ET"
`,
    tickers: "AAPL BRK.B BAC.PRL",
  },
  "Vanguard, with a second table that has other columns": {
    text: `Account Number,Investment Name,Symbol,Shares,Share Price,Total Value,
12345678,VANGUARD S&P 500 ETF,VOO,2,600.00,1200.00,
12345678,APPLE INC,AAPL,1,190.10,190.10,


Account Number,Trade Date,Transaction Type,NET,Investment Name,Symbol,Shares,
12345678,2026-03-10,Buy,COST,COCA COLA CO,KO,3,
12345678,2026-03-11,Dividend,CASH,APPLE INC,AAPL,0,
`,
    tickers: "VOO AAPL KO",
  },
  "a statement of Interactive Brokers": {
    text: [
      ...["Statement,Header,Field Name,Field Value", "Statement,Data,BrokerName,NET"],
      ...Array.from({ length: 30 }, (_, index) => `Account Information,Data,Field ${index},ALL`),
      "Net Asset Value,Header,Asset Class,Prior Total,Current Long",
      "Net Asset Value,Data,CASH,10,CORE",
      "Open Positions,Header,DataDiscriminator,Asset Category,Currency,Symbol,Quantity",
      "Open Positions,Data,Summary,Stocks,USD,BRK B,1",
      "Open Positions,Data,Summary,Stocks,USD,AAPL,2",
      "Open Positions,Data,Summary,Stocks,USD,BAC PRL,2",
      "Open Positions,Total,,Stocks,USD,NET,3",
      "Dividends,Header,Currency,Date,Description,Amount",
      "Dividends,Data,USD,2026-03-11,KO(US1912161007) Cash Dividend,KO,1.00",
    ].join("\n"),
    tickers: "BRK.B AAPL BAC.PRL",
  },
  "E*TRADE, with cash and a total without a description": {
    text: `Account Summary
Account,Net Account Value,Total Gain $
"Individual -1234",1000.00,COST

View Summary - PORTFOLIO VIEW

Symbol,Last Price $,Change $,Quantity,Price Paid $,Value $
AAPL,190.10,1.20,2,100.00,380.20
BRK.B,480.00,0.10,1,300.00,480.00
CASH,,,,,1234.56
TOTAL,,,,400.00,2094.76

Generated at Mar 11 2026 04:48 PM ET
`,
    tickers: "AAPL BRK.B",
    reported: ["CASH", "TOTAL"],
  },
  "Robinhood's activity": {
    text:
      `"Activity Date","Process Date","Settle Date","Instrument","Description","Trans Code","Quantity"
"3/11/2026","3/11/2026","3/12/2026","AAPL","Apple
CUSIP: 037833100","Buy","2"
"3/10/2026","3/10/2026","3/10/2026","","ACH NET, CASH","ACH",""
"3/09/2026","3/09/2026","3/10/2026","BRK.B","Berkshire","Buy","1"
"","","","","","","The data provided is for informational purposes only, IT, ALL"
`,
    tickers: "AAPL BRK.B",
  },
  "TradingView": {
    text: "###HOLDINGS,NASDAQ:AAPL,NYSE:BRK.B,AMEX:SPY,###NET COST,NYSE:BAC/PRL,LSE:T",
    tickers: "AAPL BRK.B SPY BAC.PRL",
    reported: ["LSE:T"],
  },
  "Google Finance": {
    text: "Name,Symbol,Last price\nApple Inc,NASDAQ:AAPL,190.10\nBerkshire,NYSE:BRK.B,480\n" +
      "SPDR,NYSEARCA:SPY,600\nVodafone,LON:T,1\n",
    tickers: "AAPL BRK.B SPY",
    reported: ["LON:T"],
  },
  "Yahoo's portfolio, with cash": {
    text: `Symbol,Current Price,Date,Time,Change,Open,High,Low,Volume,Trade Date,Purchase Price
AAPL,190.1,2026/03/11,16:00 EDT,1.2,189,191,188,1000,20260301,100
BRK-B,480,2026/03/11,16:00 EDT,1.2,479,481,478,1000,,
$$CASH_TX,,,,,,,,,20260301,
BAC-PL,1200,2026/03/11,16:00 EDT,1,1,1,1,1,,
`,
    tickers: "AAPL BRK.B BAC.PRL",
    reported: ["$$CASH_TX"],
  },
  "Bloomberg, one security on each line": {
    text: "AAPL US Equity\nBRK/B US Equity\nKO UN Equity\nT LN Equity\n",
    tickers: "AAPL BRK.B KO",
  },
  "Reuters, in a table": {
    text: "RIC,Name\nAAPL.O,Apple\nBRKb.N,Berkshire\nT.N,AT&T\nT.L,Another\n",
    tickers: "AAPL BRK.B T",
  },
};

for (const [program, { text, tickers, reported = [] }] of Object.entries(files)) {
  Deno.test(`only the symbols are read from a file of ${program}`, () => {
    const read = readList(text, { resolve });
    assert.deepEqual(read.tickers, tickers.split(" "));
    const others = read.report.filter(({ ticker }) => !ticker).map(({ text }) => text);
    for (const text of reported) assert.ok(others.includes(text), `${text} is not reported`);
  });
}

function tickersOf(text: string): string {
  return readList(text, { resolve }).tickers.join(" ");
}

Deno.test("a holding with the ticker CASH or USD is read: it has a company's name, or a price of its own", () => {
  assert.equal(
    tickersOf("Symbol,Description,Quantity\nAAPL,Apple,1\nCASH,Pathward Financial,2\nCASH,Cash,3"),
    "AAPL CASH",
  );
  assert.equal(tickersOf("Symbol,Price\nUSD,1.00\nCASH,77.10\nUSD,1"), "CASH");
  assert.equal(tickersOf("Symbol,Quantity\nAAPL,1\nCASH,2"), "AAPL");
  assert.equal(tickersOf("CASH\nAAPL"), "CASH AAPL");
});

Deno.test("the header of the symbols is found with footnote marks, colons, widths and further words", () => {
  for (
    const header of [
      "Symbol*",
      "Ｓｙｍｂｏｌ",
      "SYMBOL:",
      "* Symbol",
      "Symbol (1)",
      "Symbol¹",
      "Symbol(s)",
      "Symbol/CUSIP",
      "Symbol / CUSIP",
      "Ticker Symbol",
      "Stock Ticker",
      "Ticker_Symbol",
      "Security Symbol",
      "\u00a0Ticker\u200b",
      "Sym.",
    ]
  ) {
    assert.equal(tickersOf(`Net,${header}\nCOST,AAPL\nNET,KO`), "AAPL KO", header);
  }
  assert.equal(tickersOf("Symbol,Note\nAAPL\nKO"), "AAPL KO");
  assert.equal(tickersOf("Instrument,Symbol\nNET,AAPL\nCOST,KO"), "AAPL KO");
});

Deno.test("of lines with two tickers each, all are read and the unknown one is reported", () => {
  for (const text of ["AAPL,MSFT\nKO,NOPE\nSPY,T", "AAPL;MSFT\nNOPE;KO", "AAPL\tMSFT\nKO\tNOPE"]) {
    const { tickers, report } = readList(text, { resolve });
    const known = text.split(/[\n,;\t]/).filter((word) => word !== "NOPE");
    assert.deepEqual(tickers, known, text);
    assert.deepEqual(report.find(({ text }) => text === "NOPE")?.outcome, "unknown_ticker");
  }
});

Deno.test("a preferred share with a small p is a ticker, also where it is not known", () => {
  const text = "Symbol,Name\nAAPL,Apple\nBACpL,Bank of America\nJPMpC,JPMorgan\nCash,Cash";
  const { tickers, report } = readList(text, { resolve });
  assert.deepEqual(tickers, ["AAPL", "BAC.PRL"]);
  assert.deepEqual(report.map(({ outcome }) => outcome), [
    "read",
    "read",
    "unknown_ticker",
    "not_a_ticker",
  ]);
});

Deno.test("a class of shares with a blank is one ticker in a plain text too", () => {
  assert.equal(tickersOf("BRK B"), "BRK.B");
  assert.equal(tickersOf("AAPL BRK B KO, BAC PR L"), "AAPL BRK.B KO BAC.PRL");
  assert.equal(tickersOf("A B\nKO T"), "A B KO T");
  assert.equal(tickersOf("KO AAPL US Equity MSFT US Equity T LN Equity"), "KO AAPL MSFT");
  assert.equal(tickersOf("NYSE: BRK.B\nNASDAQ: AAPL"), "BRK.B AAPL");
});

Deno.test("a former ticker is read as the present one, and a company that is gone says why", () => {
  const { tickers, report } = readList("FB\nTWTR", { resolve });
  assert.deepEqual(tickers, ["META"]);
  assert.deepEqual(report, [
    { line: 1, text: "FB", outcome: "read", ticker: "META", formerTicker: "FB" },
    {
      line: 2,
      text: "TWTR",
      outcome: "gone",
      detail: "TWTR has no successor: Twitter was taken private in 2022.",
    },
  ]);
});
