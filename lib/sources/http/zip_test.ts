import assert from "node:assert/strict";
import { readZipText } from "./zip.ts";
import { zipOf } from "./zip_fixtures.ts";

const bounds = { packedBytesMax: 1_000_000, textBytesMax: 1_000_000 };
const text = "ticker,name\n" + "AAPL,Äpple\n".repeat(1_000);

const read = (archive: BlobPart, limits = bounds) =>
  readZipText({ body: new Blob([archive]).stream() }, limits);

Deno.test("the first file is read, deflated or stored, with a comment after the archive", async () => {
  for (const options of [{}, { isStored: true }, { comment: "made by hand" }]) {
    assert.equal(await read(await zipOf(text, options)), text);
  }
});

Deno.test("an archive made by another program is read", async () => {
  // By Python's zipfile: writestr("a.csv", "ticker\nAAPL\n").
  const base64 =
    "UEsDBBQAAAAIAAAAIQDusR9HDgAAAAwAAAAFAAAAYS5jc3YryUzOTi3icnQM8OECAFBLAQIUAxQAAAAIAAAAIQDusR9HDgAAAAwAAAAFAAAAAAAAAAAAAACAAQAAAABhLmNzdlBLBQYAAAAAAQABADMAAAAxAAAAAAA=";
  assert.equal(await read(Uint8Array.fromBase64(base64)), "ticker\nAAPL\n");
});

Deno.test("an archive or a text over its bound is not read to its end", async () => {
  const archive = await zipOf("x".repeat(10_000_000));
  assert.ok(archive.length < 20_000);
  assert.equal(await read(archive), undefined);
  assert.equal(await read(archive, { ...bounds, packedBytesMax: 5_000 }), undefined);
});

Deno.test("an archive that is cut off anywhere, or is none, is an error", async () => {
  const archive = await zipOf(text);
  for (let length = 0; length < archive.length; length += 7) {
    await assert.rejects(read(archive.slice(0, length)), SyntaxError);
  }
  await assert.rejects(read("ticker,name\n".repeat(100)), SyntaxError);
  for (let at = 0; at < archive.length; at += 3) {
    const broken = archive.slice();
    broken[at] = broken[at]! ^ 0xff;
    // The reader may ignore the changed byte and return the text. It always returns.
    await read(broken).catch(() => {});
  }
});
