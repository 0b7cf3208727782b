// Owns the build: islands, style sheet and copied files become hashed files in dist/ with a manifest.
// Knows esbuild; the server never imports it.

import { createHash } from "node:crypto";
import { basename, extname, join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import type * as esbuild from "esbuild";
import { loadCompiler } from "./compiler.ts";
import {
  areAllThere,
  type BuiltFile,
  compressed,
  readManifest,
  removeOthers,
  writeAside,
} from "./dist.ts";
import { type Manifest, manifestName } from "./manifest.ts";

export interface BuildPlan {
  /** The project's root; all other paths are relative to it. */
  readonly root: string;
  readonly dist: string;
  /** The page's script. Each module it imports dynamically is an island. */
  readonly boot: string;
  readonly styles: string;
  /** Served as they are, under hashed names. */
  readonly copies: readonly string[];
  /** Not part of the outcome, yet a change of these asks for a new build. */
  readonly alsoInputs: readonly string[];
}

export type BuildResult =
  | { readonly kind: "up_to_date" }
  /** gzip, of all islands together. */
  | { readonly kind: "built"; readonly scriptBytes: number };

/** Builds of one checkout may run at once: they write the same files, each appears whole, the manifest last. */
export async function build(plan: BuildPlan): Promise<BuildResult> {
  const dist = resolve(plan.root, plan.dist);
  const previous = await readManifest(dist);
  if (previous && await isUpToDate(plan, previous)) return { kind: "up_to_date" };

  const { outputs, metafile } = await bundle(plan);
  const copies = await Promise.all(plan.copies.map((path) => copyOf(plan.root, path)));
  const files = [...outputs, ...copies.map((copy) => copy.file)].flatMap(compressed);
  const inputs = Object.keys(metafile.inputs).filter((path) => !path.includes("node_modules/"));
  const manifest: Manifest = {
    digest: await digestOf(plan, inputs),
    inputs,
    files: Object.fromEntries([
      ["boot.js", outputOf(metafile, plan.boot)],
      ["styles.css", outputOf(metafile, plan.styles)],
      ...copies.map((copy) => [copy.logicalName, copy.file.name]),
    ]),
    modules: islandModules(metafile, plan.boot),
    all: files.map((file) => file.name),
  };

  await Deno.mkdir(dist, { recursive: true });
  for (const file of files) await writeAside(dist, file);
  const text = new TextEncoder().encode(JSON.stringify(manifest, null, 1));
  await writeAside(dist, { name: manifestName, bytes: text });
  // The files of the build before stay: a server that is starting may be reading them.
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
    entryPoints: [plan.boot, plan.styles],
    outdir: plan.dist,
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
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

function outputOf(metafile: esbuild.Metafile, entryPoint: string): string {
  const path = Object.keys(metafile.outputs).find((path) =>
    metafile.outputs[path]?.entryPoint === entryPoint
  );
  if (!path) throw new Error(`The build made nothing of "${entryPoint}"`);
  return basename(path);
}

/** Each island's module and what that imports statically, without what the page's script loads anyway. */
function islandModules(metafile: esbuild.Metafile, boot: string): Record<string, string[]> {
  const pathOf = new Map(Object.keys(metafile.outputs).map((path) => [basename(path), path]));
  const bootPath = pathOf.get(outputOf(metafile, boot)) ?? "";
  const booted = staticImports(metafile, bootPath);
  const islands = (metafile.outputs[bootPath]?.imports ?? []).flatMap(({ kind, path }) => {
    const module = kind === "dynamic-import" ? metafile.outputs[path]?.entryPoint : undefined;
    return module ? [{ name: basename(module, extname(module)), path }] : [];
  });
  return Object.fromEntries(islands.map(({ name, path }) => {
    const needed = [...staticImports(metafile, path)].filter((other) => !booted.has(other));
    return [name, needed.map((other) => basename(other))];
  }));
}

/** The output itself and all it imports before it runs. */
function staticImports(metafile: esbuild.Metafile, path: string): Set<string> {
  const found = new Set([path]);
  for (const present of found) {
    for (const other of metafile.outputs[present]?.imports ?? []) {
      if (other.kind === "import-statement") found.add(other.path);
    }
  }
  return found;
}

async function isUpToDate(plan: BuildPlan, manifest: Manifest): Promise<boolean> {
  return manifest.digest === await digestOf(plan, manifest.inputs) &&
    await areAllThere(resolve(plan.root, plan.dist), manifest.all);
}

/** A removed input is a change too, so it digests as its absence. */
async function digestOf(plan: BuildPlan, inputs: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const path of [...inputs, ...plan.copies, ...plan.alsoInputs]) {
    hash.update(`\n${path}\n`);
    hash.update(await readIfThere(join(plan.root, path)) ?? "absent");
  }
  return hash.digest("hex");
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
