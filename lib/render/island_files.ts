// Owns which files are islands, the page's script that can load each of them, and which built modules an island needs.

import { basename, extname, join } from "node:path";
import type { Metafile, Plugin } from "esbuild";

/** Paths relative to the root. */
export interface IslandPaths {
  readonly root: string;
  /** Exports `boot`, which gets a loader for each island. */
  readonly boot: string;
  /** A folder. Each .tsx file in it is an island, and exports the component that it is named after. */
  readonly islands: string;
}

const extension = ".tsx";

/** One for each .tsx file of the folder. Sorted, so that the same files have the same digest. */
export async function islandNames({ root, islands }: IslandPaths): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(join(root, islands)));
  const files = entries.filter(({ isFile, name }) => isFile && extname(name) === extension);
  return files.map(({ name }) => basename(name, extension)).sort();
}

const namespace = "generated";
const path = "boot";

/** The entry point of the page's script. It is not a file: `scriptPlugin` generates it. */
export const scriptEntry = `${namespace}:${path}`;

/**
 * Generates the page's script, so that no table repeats the names. Without it, boot.ts could import `./roots/${name}.tsx`,
 * but then each page loads a helper of esbuild in a chunk of its own.
 */
export function scriptPlugin(
  { root, boot, islands }: IslandPaths,
  names: readonly string[],
): Plugin {
  const loaders = names.map((name) => `${name}: () => import("./${islands}/${name}${extension}")`);
  const contents = `import { boot } from "./${boot}"; boot({ ${loaders.join(", ")} });`;
  return {
    name: "script",
    setup(build) {
      build.onResolve({ filter: new RegExp(`^${scriptEntry}$`) }, () => ({ path, namespace }));
      build.onLoad({ filter: /./, namespace }, () => ({ contents, resolveDir: root }));
    },
  };
}

/** By island: its module and the modules that it imports statically, without those that the page's script loads. */
export function islandModules(
  { outputs }: Metafile,
  { islands }: IslandPaths,
): Record<string, string[]> {
  const loadedByBoot = staticImports(outputs, outputOf(outputs, scriptEntry));
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
