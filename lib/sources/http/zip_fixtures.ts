// Owns making a ZIP archive of one file, for tests.

export interface ZipOptions {
  readonly isStored?: boolean;
  readonly comment?: string;
}

/** As streaming programs write it: the header before the file has no lengths, a descriptor after it has. */
export async function zipOf(
  text: string,
  { isStored = false, comment = "" }: ZipOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const plain = new Blob([text]);
  const deflated = plain.stream().pipeThrough(new CompressionStream("deflate-raw"));
  const data = isStored ? await plain.bytes() : await new Response(deflated).bytes();
  const name = new TextEncoder().encode("list.csv");
  const note = new TextEncoder().encode(comment);
  const method = isStored ? 0 : 8;
  const lengths = { packed: data.length, plain: plain.size };
  const local = record([
    [4, 0x04034b50],
    [2, 20],
    [2, 8],
    [2, method],
    [4, 0],
    [4, 0],
    [4, 0],
    [
      4,
      0,
    ],
    [2, name.length],
    [2, 0],
  ]);
  const descriptor = record([[4, 0x08074b50], [4, 0], [4, lengths.packed], [4, lengths.plain]]);
  const central = record([
    [4, 0x02014b50],
    [2, 20],
    [2, 20],
    [2, 8],
    [2, method],
    [4, 0],
    [4, 0],
    [4, lengths.packed],
    [4, lengths.plain],
    [2, name.length],
    [4, 0],
    [4, 0],
    [4, 0],
    [4, 0],
  ]);
  const directoryAt = local.length + name.length + data.length + descriptor.length;
  const end = record([
    [4, 0x06054b50],
    [4, 0],
    [2, 1],
    [2, 1],
    [4, central.length + name.length],
    [4, directoryAt],
    [2, note.length],
  ]);
  return await new Blob([local, name, data, descriptor, central, name, end, note]).bytes();
}

function record(
  fields: readonly (readonly [bytes: number, value: number])[],
): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    fields.flatMap(([bytes, value]) =>
      Array.from({ length: bytes }, (_, at) => (value >>> (8 * at)) & 0xff)
    ),
  );
}
