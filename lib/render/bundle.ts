// Owns the build: it turns islands, style sheets and copied files into hashed files in dist/, with a manifest.
// It uses esbuild. The server does not import it.

import { createHash } from "node:crypto";
import { basename, extname, join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { loadCompiler } from "./compiler.ts";
import {
  allExist,
  type BuiltFile,
  compressed,
  readManifest,
  removeOthers,
  writeByRename,
} from "./dist.ts";
import {
  islandModules,
  islandNames,
  type IslandPaths,
  outputOf,
  scriptEntry,
  scriptPlugin,
} from "./island_files.ts";
import { type Manifest, manifestName } from "./manifest.ts";

/** All paths are relative to the root, the project's folder. */
export interface BuildPlan extends IslandPaths {
  readonly dist: string;
  readonly styles: string;
  /** Modules that take the place of others in the scripts: by import specifier, a path that begins with "./". */
  readonly replacements?: Readonly<Record<string, string>>;
  /** Files that are served unchanged, under hashed names. */
  readonly copies: readonly string[];
  /** Files that are not built. A change of one requires a new build. */
  readonly alsoInputs: readonly string[];
}

export type BuildResult =
  | { readonly kind: "up_to_date" }
  /** The gzip size of all scripts. */
  | { readonly kind: "built"; readonly scriptBytes: number };

/** Builds of one checkout may run concurrently: they write the same files, each by one rename, and the manifest last. */
export async function build(plan: BuildPlan): Promise<BuildResult> {
  const dist = resolve(plan.root, plan.dist);
  const previous = await readManifest(dist);
  if (previous && await isUpToDate(plan, previous)) return { kind: "up_to_date" };

  const { outputs, metafile } = await bundle(plan);
  const copies = await Promise.all(plan.copies.map((path) => copyOf(plan.root, path)));
  const files = [...outputs, ...copies.map((copy) => copy.file)].flatMap(compressed);
  const inputs = Object.keys(metafile.inputs)
    .filter((path) => path !== scriptEntry && !path.includes("node_modules/"));
  const manifest: Manifest = {
    digest: await digestOf(plan, inputs),
    inputs,
    files: Object.fromEntries([
      ["boot.js", basename(outputOf(metafile.outputs, scriptEntry))],
      ["styles.css", basename(outputOf(metafile.outputs, plan.styles))],
      ...copies.map((copy) => [copy.logicalName, copy.file.name]),
    ]),
    modules: islandModules(metafile, plan),
    all: files.map((file) => file.name),
  };

  await Deno.mkdir(dist, { recursive: true });
  for (const file of files) await writeByRename(dist, file);
  const text = new TextEncoder().encode(JSON.stringify(manifest, null, 1));
  await writeByRename(dist, { name: manifestName, bytes: text });
  // The files of the previous build stay, because a server that starts may still read them.
  await removeOthers(dist, [manifestName, ...manifest.all, ...previous?.all ?? []]);
  const scripts = outputs.filter((output) => output.name.endsWith(".js"));
  return {
    kind: "built",
    scriptBytes: scripts.reduce((sum, file) => sum + gzipSync(file.bytes).length, 0),
  };
}

async function bundle(plan: BuildPlan) {
  const compiler = await loadCompiler();
  const { outputFiles, metafile } = await compiler.build({
    absWorkingDir: plan.root,
    entryPoints: [{ in: scriptEntry, out: "boot" }, { in: plan.styles, out: "styles" }],
    plugins: [scriptPlugin(plan, await islandNames(plan))],
    outdir: plan.dist,
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    alias: plan.replacements ?? {},
    minify: true,
    legalComments: "none",
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  const outputs: BuiltFile[] = outputFiles.map((file) => ({
    name: basename(file.path),
    bytes: file.contents,
  }));
  return { outputs, metafile };
}

async function copyOf(root: string, path: string) {
  const bytes = await Deno.readFile(join(root, path));
  const logicalName = basename(path);
  const extension = extname(path);
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 8).toUpperCase();
  return {
    logicalName,
    file: { name: `${basename(path, extension)}-${hash}${extension}`, bytes },
  };
}

async function isUpToDate(plan: BuildPlan, manifest: Manifest): Promise<boolean> {
  return manifest.digest === await digestOf(plan, manifest.inputs) &&
    await allExist(resolve(plan.root, plan.dist), manifest.all);
}

/** A removed input changes the digest too. So does a new island, which is not among the inputs yet. */
async function digestOf(plan: BuildPlan, inputs: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  hash.update((await islandNames(plan)).join());
  for (const path of [...inputs, ...plan.copies, ...plan.alsoInputs]) {
    hash.update(`\n${path}\n`);
    hash.update(await readIfExists(join(plan.root, path)) ?? "absent");
  }
  return hash.digest("hex");
}

async function readIfExists(path: string): Promise<Uint8Array | undefined> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
