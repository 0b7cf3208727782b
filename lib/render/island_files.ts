// Owns which files are islands, and which built modules the first paint of each needs. Knows esbuild's report of a build.

import { basename, extname } from "node:path";
import type { Metafile } from "esbuild";

const extension = ".tsx";

/** The names of the islands: each file of the folder is one. Sorted, so that the same files give the same digest. */
export async function islandNames(folder: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  const files = entries.filter(({ isFile, name }) => isFile && extname(name) === extension);
  return files.map(({ name }) => basename(name, extension)).sort();
}

/** By island: its module and what that imports statically, without what the page's script loads anyway. */
export function islandModules(
  { outputs }: Metafile,
  { boot, islands }: { boot: string; islands: string },
): Record<string, string[]> {
  const booted = staticImports(outputs, outputOf(outputs, boot));
  return Object.fromEntries(
    Object.entries(outputs).flatMap(([path, { entryPoint = "", exports }]) => {
      const name = basename(entryPoint, extension);
      if (entryPoint !== `${islands}/${name}${extension}`) return [];
      if (!exports.includes(name)) throw new Error(`${entryPoint} does not export "${name}"`);
      const needed = [...staticImports(outputs, path)].filter((other) => !booted.has(other));
      return [[name, needed.map((other) => basename(other))]];
    }),
  );
}

/** The path of what an entry point became. */
export function outputOf(outputs: Metafile["outputs"], entryPoint: string): string {
  const path = Object.keys(outputs).find((path) => outputs[path]?.entryPoint === entryPoint);
  if (!path) throw new Error(`The build made nothing of "${entryPoint}"`);
  return path;
}

/** The output itself and all it imports before it runs. */
function staticImports(outputs: Metafile["outputs"], path: string): Set<string> {
  const found = new Set([path]);
  for (const present of found) {
    for (const other of outputs[present]?.imports ?? []) {
      if (other.kind === "import-statement") found.add(other.path);
    }
  }
  return found;
}
