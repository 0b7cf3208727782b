// Owns which files are islands, and which built modules each island needs. It reads esbuild's report of a build.

import { basename, extname } from "node:path";
import type { Metafile } from "esbuild";

const extension = ".tsx";

/** The names of the islands: one for each .tsx file of the folder. Sorted, so that the same files have the same digest. */
export async function islandNames(folder: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  const files = entries.filter(({ isFile, name }) => isFile && extname(name) === extension);
  return files.map(({ name }) => basename(name, extension)).sort();
}

/** By island: its module and the modules that it imports statically, without those that the page's script loads. */
export function islandModules(
  { outputs }: Metafile,
  { boot, islands }: { boot: string; islands: string },
): Record<string, string[]> {
  const loadedByBoot = staticImports(outputs, outputOf(outputs, boot));
  return Object.fromEntries(
    Object.entries(outputs).flatMap(([path, { entryPoint = "", exports }]) => {
      const name = basename(entryPoint, extension);
      if (entryPoint !== `${islands}/${name}${extension}`) return [];
      if (!exports.includes(name)) throw new Error(`${entryPoint} does not export "${name}"`);
      const needed = [...staticImports(outputs, path)].filter((other) => !loadedByBoot.has(other));
      return [[name, needed.map((other) => basename(other))]];
    }),
  );
}

/** The path of the file that was built from an entry point. */
export function outputOf(outputs: Metafile["outputs"], entryPoint: string): string {
  const path = Object.keys(outputs).find((path) => outputs[path]?.entryPoint === entryPoint);
  if (!path) throw new Error(`Nothing was built from "${entryPoint}"`);
  return path;
}

/** The output itself and all modules that it imports before it runs. */
function staticImports(outputs: Metafile["outputs"], path: string): Set<string> {
  const found = new Set([path]);
  for (const present of found) {
    for (const other of outputs[present]?.imports ?? []) {
      if (other.kind === "import-statement") found.add(other.path);
    }
  }
  return found;
}
