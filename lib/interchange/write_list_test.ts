import assert from "node:assert/strict";
import fc from "fast-check";
import { price, ticker } from "./interchange_fixtures.ts";
import { attachmentOf, writeList } from "./write_list.ts";

const rows = [
  {
    ticker: ticker("BRK.B"),
    exchange: "NYSE",
    quote: {
      price: price("480.10"),
      previousClose: price("481.35"),
      asOf: Date.UTC(2026, 2, 11, 4, 5),
    },
  },
  {
    ticker: ticker("SPY"),
    exchange: "NYSE Arca",
    quote: { price: price("600"), asOf: Date.UTC(2026, 0, 5, 21) },
  },
  { ticker: ticker("AAPL"), exchange: "NASDAQ" },
];

Deno.test("a plain text has one ticker on each line", () => {
  assert.equal(writeList(rows, "text"), "BRK.B\nSPY\nAAPL\n");
});

Deno.test("a CSV file has Yahoo's columns and spelling, with the price, its time in New York and the change", () => {
  assert.deepEqual(writeList(rows, "csv").split("\r\n"), [
    "Symbol,Current Price,Date,Time,Change,Open,High,Low,Volume,Trade Date,Purchase Price," +
    "Quantity,Commission,High Limit,Low Limit,Comment",
    "BRK-B,480.10,2026/03/11,00:05 EDT,-1.25,,,,,,,,,,,",
    "SPY,600.00,2026/01/05,16:00 EST,,,,,,,,,,,,",
    "AAPL,,,,,,,,,,,,,,,",
    "",
  ]);
});

Deno.test("a TradingView list has TradingView's names for the exchanges", () => {
  const listed = ["NASDAQ", "NYSE", "NYSE Arca", "NYSE American", "Cboe BZX", "Elsewhere"]
    .map((exchange, index) => ({ ticker: ticker(`T${index}`), exchange }));
  assert.equal(
    writeList(listed, "tradingview"),
    "NASDAQ:T0,NYSE:T1,AMEX:T2,AMEX:T3,CBOE:T4,T5",
  );
});

Deno.test("an empty list is an empty file, or in CSV the header alone", () => {
  assert.equal(writeList([], "text"), "");
  assert.equal(writeList([], "tradingview"), "");
  assert.equal(writeList([], "csv").split("\r\n").length, 2);
});

Deno.test("a file has the name of its list", () => {
  const names = [
    ["Chips & Co", "Chips & Co.csv", "Chips%20%26%20Co.csv"],
    ["Café (2026)", "Cafe (2026).csv", "Caf%C3%A9%20%282026%29.csv"],
    ["日本語", "watchlist.csv", "%E6%97%A5%E6%9C%AC%E8%AA%9E.csv"],
    ['../../etc/"passwd"', "etc-passwd.csv", "etc-passwd.csv"],
    ["invoice\u202Evsc.exe", "invoice-vsc.exe.csv", "invoice-vsc.exe.csv"],
    ["-rf", "rf.csv", "rf.csv"],
    ["...", "watchlist.csv", "watchlist.csv"],
    ["a\r\nset-cookie: x=1", "a-set-cookie- x=1.csv", "a-set-cookie-%20x%3D1.csv"],
  ];
  for (const [name, plain, encoded] of names) {
    const header = `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
    assert.equal(attachmentOf(name!, "csv"), header);
  }
});

Deno.test("any name results in a valid header, and in a file name without folders", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (name) => {
    const header = attachmentOf(name.toWellFormed(), "text");
    assert.match(
      header,
      /^attachment; filename="[ !#-.0-[\]-~]+\.txt"; filename\*=UTF-8''[\w.~!*'%-]+$/,
    );
    const [, encoded = ""] = header.split("UTF-8''");
    assert.doesNotMatch(decodeURIComponent(encoded), /[\/\\\p{C}]|^\./u);
    new Headers({ "content-disposition": header });
  }));
});
