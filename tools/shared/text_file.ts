// Owns reading a large text file as it goes by: opened with a clear sentence, unpacked if its name says so, bytes counted.

import { StartupError } from "../../lib/errors.ts";

export interface TextFile {
  readonly bytes: number;
  /** How much of `bytes` was read so far. */
  readBytes(): number;
  /** To be read to its end, which closes the file. Throws a StartupError when it cannot be unpacked. */
  readonly chunks: AsyncIterable<string>;
}

/** Throws a StartupError when there is no such file. A name that ends in .gz is that of a packed one. */
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
