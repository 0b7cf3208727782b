// Owns source trees for tests of the rules.

import type { Tree } from "./tree.ts";

export function treeOf(files: Readonly<Record<string, string>>): Tree {
  return new Map(Object.entries(files));
}

/** Files without content. */
export function treeWith(...paths: readonly string[]): Tree {
  return new Map(paths.map((path) => [path, ""]));
}
