import assert from "node:assert/strict";
import fc from "fast-check";
import { attachmentOf } from "./file_name.ts";

Deno.test("a list's file is called after the list", () => {
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

Deno.test("any name gives a header that a client can read, and a file that stays in its folder", () => {
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
