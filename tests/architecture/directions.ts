// Owns the judgement of imports within the tree by the rules' table.

import type { Imports } from "./imports.ts";
import { fits, foldersOf, roomOf } from "./patterns.ts";
import type { Room } from "./rules.ts";
import { isProduct } from "./tree.ts";

/** Each as "lib/a.ts may not import routes/b.ts". */
export function forbiddenImports(imports: Imports, rooms: readonly Room[]): string[] {
  const products = [...imports].filter(([path]) => isProduct(path));
  return products.flatMap(([path, list]) => {
    const room = roomOf(path, rooms);
    if (!room) return [`${path} belongs to no room of tests/architecture/rules.ts`];
    const ownFolders = foldersOf(room).filter((folder) => fits(path, folder));
    const isInside = (target: string) =>
      roomOf(target, rooms) === room && ownFolders.some((folder) => fits(target, folder));
    const isAllowed = (target: string) =>
      isInside(target) || room.may.some((pattern) => fits(target, pattern));
    return list.flatMap(({ target }) =>
      target === undefined || isAllowed(target) ? [] : [`${path} may not import ${target}`]
    );
  });
}
