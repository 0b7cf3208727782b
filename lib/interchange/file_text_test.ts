import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { textOfFile } from "./file_text.ts";

const text = "Symbol\tName\r\nNESN\tNestlé\r\n";

Deno.test("a file is read in the encoding that its first bytes name, else as UTF-8", () => {
  const utf16 = Buffer.from(`\uFEFF${text}`, "utf16le");
  const files = {
    "UTF-8": Buffer.from(text),
    "UTF-8 with a mark": Buffer.from(`\uFEFF${text}`),
    "UTF-16, little end first": utf16,
    "UTF-16, big end first": Buffer.from(utf16).swap16(),
  };
  for (const [name, bytes] of Object.entries(files)) assert.equal(textOfFile(bytes), text, name);
});

Deno.test("any bytes are read without a fault", () => {
  for (const bytes of [[], [0xff], [0xff, 0xfe], [0xfe, 0xff, 0], [0xe9, 0x41]]) {
    assert.equal(typeof textOfFile(Uint8Array.from(bytes)), "string");
  }
  assert.equal(textOfFile(Uint8Array.from([0x4b, 0x4f, 0x2c, 0xe9])), "KO,\uFFFD");
});
