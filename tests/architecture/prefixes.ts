// Owns the judgement of file names: no prefix repeats the folder's name, none does a folder's work.

import { posix } from "node:path";
import { folderOf, isProduct, type Tree } from "./tree.ts";

/** From so many siblings on, a shared first word is a folder. */
const siblingsMin = 3;

/** The rest of these names means nothing without the first word. */
const allowed = new Set([
  "lib/hub/hub_ports.ts",
  "lib/lists/list_changes.ts",
  "lib/lists/list_import.ts",
]);

export function idlePrefixes(tree: Tree): string[] {
  const files = [...tree.keys()].filter((path) => isProduct(path) && !allowed.has(path));
  return [...repeatedFolderNames(files), ...prefixesInsteadOfFolders(files)];
}

function repeatedFolderNames(files: readonly string[]): string[] {
  return files.flatMap((path) => {
    const folder = posix.basename(folderOf(path));
    const name = posix.basename(path);
    const isRepeated = folder &&
      [folder, folder.replace(/s$/, "")].some((word) => name.startsWith(`${word}_`));
    return isRepeated ? [`${path} repeats the name of its folder`] : [];
  });
}

function prefixesInsteadOfFolders(files: readonly string[]): string[] {
  const withPrefix = files.filter((path) => /^[a-z][a-z0-9]*_/.test(posix.basename(path)));
  const groups = Map.groupBy(
    withPrefix,
    (path) => path.slice(0, path.indexOf("_", folderOf(path).length + 1) + 1),
  );
  return [...groups].flatMap(([prefix, { length }]) =>
    length >= siblingsMin ? [`${length} files begin with ${prefix}: make a folder of them`] : []
  );
}
