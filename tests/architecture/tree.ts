// Owns the reading of a source tree into memory: each file's path and text, so that rules judge any tree, a fixture too.

import { join } from "node:path";
import { splitSource } from "./source_text.ts";

/** Text by path; paths are relative to the root and have forward slashes. */
export type Tree = ReadonlyMap<string, string>;

const skipped = new Set(["node_modules", "dist", "data"]);
const readable = /\.(?:tsx?|css|md)$/;

/** Files that are not source or documentation are there without text. */
export async function readTree(root: string): Promise<Tree> {
  const tree = new Map<string, string>();
  await readFolder(root, "", tree);
  return new Map([...tree].sort(([a], [b]) => a < b ? -1 : 1));
}

async function readFolder(root: string, folder: string, tree: Map<string, string>) {
  for await (const { name, isDirectory, isFile } of Deno.readDir(join(root, folder))) {
    if (name.startsWith(".") || skipped.has(name)) continue;
    const path = folder ? `${folder}/${name}` : name;
    if (isDirectory) await readFolder(root, path, tree);
    if (isFile) {
      tree.set(path, readable.test(name) ? await Deno.readTextFile(join(root, path)) : "");
    }
  }
}

/** What ships or runs: all but tests, their fixtures, and contracts that twins share. */
export function isProduct(path: string): boolean {
  return /^(?:bench|islands|lib|routes|static|tools|workers)\/|^main\.ts$/.test(path) &&
    !/_(?:test|fixtures|contract)\.tsx?$|\/contract\//.test(path);
}

export function isScript(path: string): boolean {
  return /\.tsx?$/.test(path);
}

/** All scripts, without their comments. */
export function codeOf(tree: Tree): Tree {
  const scripts = [...tree].filter(([path]) => isScript(path));
  return new Map(scripts.map(([path, text]) => [path, splitSource(text).code]));
}

export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
