// Owns writing a list as a file for other programs, and the name of the file.

import { writeYahooCsv } from "./csv.ts";
import type { ListFormat, ListRow } from "./list_format.ts";
import { writeTradingView } from "./tradingview.ts";

const writers: Readonly<Record<ListFormat, (rows: readonly ListRow[]) => string>> = {
  text: (rows) => rows.map(({ ticker }) => `${ticker}\n`).join(""),
  csv: writeYahooCsv,
  tradingview: writeTradingView,
};

/** `readList` reads the same tickers in the same order from this text. */
export function writeList(rows: readonly ListRow[], format: ListFormat): string {
  return writers[format](rows);
}

const extensions: Readonly<Record<ListFormat, string>> = {
  text: "txt",
  csv: "csv",
  tradingview: "txt",
};

/** Characters with a meaning for a file system or a shell, invisible characters, and those that change the writing direction. */
const unsafe = /[\p{C}\p{Zl}\p{Zp}<>:"/\\|?*%$`'~]+/gu;
/** At the start they would hide the file or look like an option. At the end, Windows could not open the file. */
const unsafeEdges = /^[\s.\-]+|[\s.\-]+$/g;

/** Follows RFC 6266: the name in ASCII for old clients, and the full name in UTF-8. */
export function attachmentOf(listName: string, format: ListFormat): string {
  const extension = extensions[format];
  const name = safe(listName);
  const plain = safe(name.normalize("NFKD").replace(/[^\x20-\x7e]+/g, ""));
  const encoded = encodeURIComponent(`${name}.${extension}`).replace(/[()]/g, escape);
  return `attachment; filename="${plain}.${extension}"; filename*=UTF-8''${encoded}`;
}

function safe(name: string): string {
  return name.replace(unsafe, "-").replace(unsafeEdges, "") || "watchlist";
}

/** For parentheses: encodeURIComponent does not escape them, but the header's grammar does not allow them. */
function escape(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
