// Owns the encoding of a file: text of its bytes. What the text lists is read_list.ts's to say.

/** Excel's "Unicode text" is UTF-16 and says so by its first two bytes. Tickers are the same in all that is not. */
export function textOfFile(bytes: Uint8Array<ArrayBuffer>): string {
  const mark = bytes.slice(0, 2).join();
  const encoding = mark === "255,254" ? "utf-16le" : mark === "254,255" ? "utf-16be" : "utf-8";
  return new TextDecoder(encoding).decode(bytes);
}
