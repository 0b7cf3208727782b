// Owns the files of dist/ during a build: it compresses them, writes each by one rename, and removes old ones.

import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { type Manifest, manifestName, parseManifest } from "./manifest.ts";

export interface BuiltFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A younger file of an unknown name stays, because a concurrent build may have written it. */
const leftoverAgeMs = 60_000;

/** The file, and its gzip and brotli versions if they are smaller. */
export function compressed(file: BuiltFile): BuiltFile[] {
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
  return [
    file,
    { name: `${file.name}.gz`, bytes: gzipSync(file.bytes, { level: 9 }) },
    { name: `${file.name}.br`, bytes: brotliCompressSync(file.bytes, quality) },
  ].filter(({ bytes }) => bytes === file.bytes || bytes.length < file.bytes.length);
}

export async function writeByRename(dist: string, file: BuiltFile): Promise<void> {
  const temporary = join(dist, `.${crypto.randomUUID()}.tmp`);
  await Deno.writeFile(temporary, file.bytes);
  await Deno.rename(temporary, join(dist, file.name));
}

export async function readManifest(dist: string): Promise<Manifest | undefined> {
  try {
    return parseManifest(await Deno.readTextFile(join(dist, manifestName)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

export async function allExist(dist: string, names: readonly string[]): Promise<boolean> {
  const existing = new Set<string>();
  for await (const entry of Deno.readDir(dist)) existing.add(entry.name);
  return names.every((name) => existing.has(name));
}

export async function removeOthers(dist: string, kept: readonly string[]): Promise<void> {
  const keptNames = new Set(kept);
  for await (const { name, isFile } of Deno.readDir(dist)) {
    if (!isFile || keptNames.has(name)) continue;
    const path = join(dist, name);
    try {
      const { mtime } = await Deno.stat(path);
      if (mtime && Date.now() - mtime.getTime() > leftoverAgeMs) await Deno.remove(path);
    } catch (error) {
      // A concurrent build removed or renamed it first.
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}
