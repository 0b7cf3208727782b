// Owns reading the first file of a ZIP archive as text, within bounds. Knows stored and deflated files; no ZIP64, no encryption.

import { readText } from "./get_json.ts";

const signatures = { local: 0x04034b50, central: 0x02014b50, end: 0x06054b50 };
const endLength = 22;
const centralLength = 46;
const localLength = 30;
/** The end of the archive may have a comment of this length after it. */
const commentMax = 65_535;

export interface ZipBounds {
  readonly packedBytesMax: number;
  readonly textBytesMax: number;
}

/** Undefined if the archive or the text is longer than allowed. Throws a SyntaxError if the archive is malformed. */
export async function readZipText(
  response: Pick<Response, "body">,
  { packedBytesMax, textBytesMax }: ZipBounds,
): Promise<string | undefined> {
  const archive = await readBytes(response, packedBytesMax);
  if (!archive) return undefined;
  try {
    const { data, method } = firstFile(archive);
    const packed = new Blob([data]).stream();
    const body = method === 0 ? packed : packed.pipeThrough(new DecompressionStream("deflate-raw"));
    return await readText({ body }, textBytesMax);
  } catch (cause) {
    throw new SyntaxError("Not a ZIP archive that is understood", { cause });
  }
}

async function readBytes(
  { body }: Pick<Response, "body">,
  bytesMax: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) return undefined;
    chunks.push(chunk);
  }
  return await new Blob(chunks).bytes();
}

/** The directory at the end tells the length of a file; a header before a file need not. */
function firstFile(archive: Uint8Array<ArrayBuffer>) {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const central = view.getUint32(endOf(view) + 16, true);
  if (view.getUint32(central, true) !== signatures.central) throw malformed();
  const method = view.getUint16(central + 10, true);
  const length = view.getUint32(central + 20, true);
  const local = view.getUint32(central + 42, true);
  if (method !== 0 && method !== 8) throw malformed();
  if (view.getUint32(local, true) !== signatures.local) throw malformed();
  const from = local + localLength + view.getUint16(local + 26, true) +
    view.getUint16(local + 28, true);
  if (from + length > archive.byteLength - centralLength) throw malformed();
  return { method, data: archive.subarray(from, from + length) };
}

/** Where the end record begins. */
function endOf(view: DataView): number {
  const last = view.byteLength - endLength;
  for (let at = last; at >= Math.max(0, last - commentMax); at--) {
    if (view.getUint32(at, true) === signatures.end) return at;
  }
  throw malformed();
}

function malformed(): RangeError {
  return new RangeError("A record is not where it should be");
}
