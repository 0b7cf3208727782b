// Owns the name of a list's file, and the header that carries it. Whatever the list is called, it is a plain file's name.

import type { ListFormat } from "./list_format.ts";

const extensions: Readonly<Record<ListFormat, string>> = {
  text: "txt",
  csv: "csv",
  tradingview: "txt",
};

/** What has a meaning to a file system or a shell, what is not seen, and what turns the direction of writing. */
const unsafe = /[\p{C}\p{Zl}\p{Zp}<>:"/\\|?*%$`'~]+/gu;
/** A file that begins with them is hidden or an option; one that ends with them cannot be opened on Windows. */
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

/** encodeURIComponent leaves parentheses, which the header's grammar does not take. */
function escape(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
