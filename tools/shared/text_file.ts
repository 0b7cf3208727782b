// Owns reading a large text file as a stream: reports a missing file, decompresses it if its name says so, and counts bytes.

import { StartupError } from "../../lib/errors.ts";

export interface TextFile {
  readonly bytes: number;
  /** How many of `bytes` have been read so far. */
  readBytes(): number;
  /** Must be read to the end, which closes the file. Throws a StartupError if the file cannot be decompressed. */
  readonly chunks: AsyncIterable<string>;
}

/** Throws a StartupError if the file does not exist. A name that ends in .gz means a compressed file. */
export async function openTextFile(path: string): Promise<TextFile> {
  const file = await openFile(path);
  const { size, isFile } = await file.stat();
  if (!isFile) {
    file.close();
    throw new StartupError(`${path} is no file.`);
  }
  let read = 0;
  const counted = file.readable.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        read += chunk.length;
        controller.enqueue(chunk);
      },
    }),
  );
  const bytes = isPacked(path) ? counted.pipeThrough(new DecompressionStream("gzip")) : counted;
  return {
    bytes: size,
    readBytes: () => read,
    chunks: textOf(bytes, path),
  };
}

async function* textOf(
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
  path: string,
): AsyncGenerator<string> {
  try {
    yield* bytes.pipeThrough(new TextDecoderStream());
  } catch (cause) {
    if (!isPacked(path)) throw cause;
    throw new StartupError(`${path} is cut off or damaged: it cannot be unpacked.`, { cause });
  }
}

export function isPacked(path: string): boolean {
  return path.endsWith(".gz");
}

async function openFile(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) {
      throw new StartupError(`There is no file ${path}.`, { cause });
    }
    throw new StartupError(`The file ${path} cannot be read.`, { cause });
  }
}
