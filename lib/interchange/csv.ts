// Owns CSV itself: records with their lines in, text safe for spreadsheets out. Knows no columns.

import Papa from "papaparse";

export interface CsvRecord {
  /** Where it begins, counted from 1; a quoted field may hold further lines. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** A spreadsheet runs such a field as a formula, unless it is a plain negative number. */
const formula = /^(?!-\d+(?:\.\d+)?$)[=+\-@\t\r]/;

const delimiters = [",", ";", "\t"] as const;

/** Never throws: what is no CSV comes out as odd cells. Lines end with "\n". */
export function parseCsv(text: string, { recordsMax = 0 } = {}): CsvRecord[] {
  const options = { newline: "\n", delimiter: delimiterOf(text), preview: recordsMax } as const;
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
