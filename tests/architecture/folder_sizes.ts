// Owns the bound on a folder: no more entries than a person takes in at a glance.

import { isProduct, type Tree } from "./tree.ts";

/** A sub-folder counts as one; tests, fixtures and contracts do not count. */
export const entriesMax = 15;
/** These two are lists by nature: of rooms, and of tasks. */
const entriesMaxOf: Readonly<Record<string, number>> = { lib: 25, tools: 20 };

export function overfullFolders(tree: Tree): string[] {
  return [...entriesByFolder(tree)].flatMap(([folder, { size }]) => {
    const max = entriesMaxOf[folder] ?? entriesMax;
    return size > max ? [`${folder}/ has ${size} entries, at most ${max}`] : [];
  });
}

function entriesByFolder(tree: Tree): Map<string, Set<string>> {
  const entries = new Map<string, Set<string>>();
  for (const path of tree.keys()) {
    if (!isProduct(path)) continue;
    const names = path.split("/");
    for (let depth = 1; depth < names.length; depth++) {
      const folder = names.slice(0, depth).join("/");
      const held = entries.get(folder) ?? new Set();
      entries.set(folder, held.add(names[depth]!));
    }
  }
  return entries;
}
