// Owns what a path pattern of the rules means.

import { folderOf } from "./tree.ts";
import type { PathPattern, Room } from "./rules.ts";

/** "lib/{clock,log}.ts" -> "lib/clock.ts", "lib/log.ts". One pair of braces. */
export function expand(pattern: PathPattern): string[] {
  const [, before, names, after] = /^(.*)\{(.+)\}(.*)$/.exec(pattern) ?? [];
  return names === undefined ? [pattern] : names.split(",").map((name) => before + name + after);
}

export function fits(path: string, pattern: PathPattern): boolean {
  return fitLength(path, pattern) > 0;
}

/** How much of the path the pattern names: a file names all of it, its folder less. 0: it does not fit. */
function fitLength(path: string, pattern: PathPattern): number {
  const lengths = expand(pattern).map((one) => {
    if (one.endsWith("/*")) return folderOf(path) === one.slice(0, -2) ? one.length : 0;
    const isFit = one.endsWith("/") ? path.startsWith(one) : path === one;
    return isFit ? one.length : 0;
  });
  return Math.max(...lengths);
}

/** The room's patterns that name a folder, each alone: "lib/hub/", "routes/*". */
export function foldersOf(room: Room): string[] {
  return room.files.flatMap(expand).filter((pattern) => /\/\*?$/.test(pattern));
}

/** Undefined: the file belongs to no room. */
export function roomOf(path: string, rooms: readonly Room[]): Room | undefined {
  const lengthIn = (room: Room) => Math.max(...room.files.map((file) => fitLength(path, file)));
  const [best] = rooms.toSorted((a, b) => lengthIn(b) - lengthIn(a));
  return best && lengthIn(best) > 0 ? best : undefined;
}
