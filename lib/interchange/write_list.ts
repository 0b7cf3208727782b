// Owns writing a list as a file that other programs read, and the name of that file.

import { writeYahooCsv } from "./csv.ts";
import type { ListFormat, ListRow } from "./list_format.ts";
import { writeTradingView } from "./tradingview.ts";

const writers: Readonly<Record<ListFormat, (rows: readonly ListRow[]) => string>> = {
  text: (rows) => rows.map(({ ticker }) => `${ticker}\n`).join(""),
  csv: writeYahooCsv,
  tradingview: writeTradingView,
};

/** Read back, it gives the same tickers in the same order. */
export function writeList(rows: readonly ListRow[], format: ListFormat): string {
  return writers[format](rows);
}

const extensions: Readonly<Record<ListFormat, string>> = {
  text: "txt",
  csv: "csv",
  tradingview: "txt",
};

/** Characters with a meaning to a file system or a shell, invisible ones, and those that turn the direction of writing. */
const unsafe = /[\p{C}\p{Zl}\p{Zp}<>:"/\\|?*%$`'~]+/gu;
/** A file name that begins with them is hidden or read as an option; Windows cannot open one that ends with them. */
const unsafeEdges = /^[\s.\-]+|[\s.\-]+$/g;

/** RFC 6266: a name in ASCII for old clients, and the whole one in UTF-8. */
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

/** encodeURIComponent leaves parentheses as they are; the header's grammar does not allow them. */
function escape(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
