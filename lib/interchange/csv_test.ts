import assert from "node:assert/strict";
import fc from "fast-check";
import { formatCsv, parseCsv } from "./csv.ts";

Deno.test("a field that a spreadsheet would run as a formula begins with an apostrophe", () => {
  for (const field of ["=1+1", "+1", "@SUM(A1)", "-2+3", '=HYPERLINK("x")', "\t=1", "\r=1"]) {
    assert.equal(parseCsv(formatCsv([[field, "x"]]))[0]?.cells[0]?.[0], "'", field);
    assert.ok(formatCsv([[field, "x"]]).startsWith("\"'"), field);
  }
});

Deno.test("a plain negative number stays a number", () => {
  assert.equal(formatCsv([["-1.25", "-3", "-1.2.3"]]), '-1.25,-3,"\'-1.2.3"\r\n');
});

Deno.test("each record has the number of its first line, also after a field of several lines", () => {
  const records = parseCsv('a,b\n"one\ntwo",c\n\nd,e');
  assert.deepEqual(records.map(({ line }) => line), [1, 2, 4, 5]);
});

Deno.test("the first line shows whether commas, semicolons or tabs separate the fields", () => {
  for (const delimiter of [",", ";", "\t"]) {
    const [, second] = parseCsv(`Symbol${delimiter}Comment\nKO${delimiter}"a,b;c"`);
    assert.deepEqual(second?.cells, ["KO", "a,b;c"], delimiter);
  }
});

Deno.test("fields that are formatted as CSV are parsed unchanged", () => {
  const cell = fc.stringMatching(/^[A-Za-z0-9",;\n][A-Za-z0-9",;\n =+@-]*[A-Za-z0-9",;]$/);
  const records = fc.array(fc.tuple(fc.constant("head"), cell, cell), { minLength: 1 });
  fc.assert(fc.property(records, (written) => {
    const text = formatCsv([["h", "h", "h"], ...written]).replace(/\r\n/g, "\n");
    const read = parseCsv(text).slice(1, -1).map(({ cells }) => cells);
    assert.deepEqual(read, written.map((cells) => cells.map((text) => text.trim())));
  }));
});
