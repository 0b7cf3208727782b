// Owns the judgement of the rules themselves: each names files that exist, and what browsers run imports nothing else.

import { expand, fits, roomOf } from "./patterns.ts";
import type { PathPattern, Room } from "./rules.ts";
import { isProduct, isScript, type Tree } from "./tree.ts";

/** Patterns of the rules that fit no file, as after a move. */
export function emptyPatterns(tree: Tree, rooms: readonly Room[]): PathPattern[] {
  const patterns = rooms.flatMap(({ files, may }) => [...files, ...may]).flatMap(expand);
  const paths = [...tree.keys()];
  return [...new Set(patterns)].filter((pattern) => !paths.some((path) => fits(path, pattern)));
}

/** What browsers run: none of it may use Deno's or Node's API. */
export function browserFiles(tree: Tree, rooms: readonly Room[]): string[] {
  return [...tree.keys()].filter((path) =>
    isProduct(path) && isScript(path) && roomOf(path, rooms)?.isForBrowsers
  );
}
