// Owns the bounds on the length of a file.

import { isProduct, type Tree } from "./tree.ts";

export const linesMax = 300;

export function overlongFiles(tree: Tree): string[] {
  return [...tree].flatMap(([path, text]) => {
    const lines = countLines(text);
    return isProduct(path) && lines > linesMax
      ? [`${path} has ${lines} lines, at most ${linesMax}`]
      : [];
  });
}

export function countLines(text: string): number {
  return text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}
