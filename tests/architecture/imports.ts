// Owns the walk along imports: which file names which module. Type imports count, as do exports from and import("...").

import { posix } from "node:path";
import { codeOf, folderOf, type Tree } from "./tree.ts";

export interface Import {
  /** As it is written. */
  readonly specifier: string;
  /** Path in the tree; undefined for a package. */
  readonly target: string | undefined;
}

/** A clause holds names, braces, commas and stars alone, so a match cannot run into the next statement. */
const importPattern =
  /(?:^|[;}\n])\s*(?:import|export)\b[\w\s{},*$]*?\bfrom\s*["']([^"'\n]+)["']|(?:^|[;}\n])\s*import\s*["']([^"'\n]+)["']|\bimport\(\s*["']([^"'\n]+)["']/g;

/** By the path of the file that imports, tests too. */
export type Imports = ReadonlyMap<string, readonly Import[]>;

export function importsIn(tree: Tree): Imports {
  return new Map([...codeOf(tree)].map(([path, code]) => [path, importsOf(code, path)]));
}

/** `code` has no comments. */
export function importsOf(code: string, path: string): Import[] {
  const matches = [...code.matchAll(importPattern)];
  const specifiers = matches.map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? "");
  return [...new Set(specifiers)].map((specifier) => ({
    specifier,
    target: specifier.startsWith(".") ? posix.join(folderOf(path), specifier) : undefined,
  }));
}
