// Owns the files of dist/ on disk while building: whole or absent, compressed once, left-overs removed.

import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { type Manifest, manifestName, parseManifest } from "./manifest.ts";

export interface BuiltFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Left behind by a build that was killed; a younger one may belong to a build that runs. */
const leftoverAgeMs = 60_000;

/** The file, and its gzip and brotli forms where they are smaller. */
export function compressed(file: BuiltFile): BuiltFile[] {
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
  return [
    file,
    { name: `${file.name}.gz`, bytes: gzipSync(file.bytes, { level: 9 }) },
    { name: `${file.name}.br`, bytes: brotliCompressSync(file.bytes, quality) },
  ].filter(({ bytes }) => bytes === file.bytes || bytes.length < file.bytes.length);
}

export async function writeAside(dist: string, file: BuiltFile): Promise<void> {
  const aside = join(dist, `.${crypto.randomUUID()}.tmp`);
  await Deno.writeFile(aside, file.bytes);
  await Deno.rename(aside, join(dist, file.name));
}

export async function readManifest(dist: string): Promise<Manifest | undefined> {
  try {
    return parseManifest(await Deno.readTextFile(join(dist, manifestName)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

export async function areAllThere(dist: string, names: readonly string[]): Promise<boolean> {
  const there = new Set<string>();
  for await (const entry of Deno.readDir(dist)) there.add(entry.name);
  return names.every((name) => there.has(name));
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
      // A build beside this one removed or renamed it first.
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}
