// Owns finding the programs of the Postgres server: installed ones, else Debian's package (as root), else a clear error.

import { join } from "node:path";
import { installDebianPackage } from "./debian_package.ts";

/** Folders with a sub-folder for each version, on Debian, Red Hat and Homebrew. */
const versionRoots = ["/usr/lib/postgresql", "/usr", "/opt/homebrew/opt", "/usr/local/opt"];

/** Returns the folder with `initdb` and `postgres`. */
export async function ensurePostgresBinaries(): Promise<string> {
  const folder = await installed() ?? await fromDebian();
  if (folder) return folder;
  throw new Error(
    "The tests of the Postgres store need a Postgres server: install one so that `initdb` is in PATH.",
  );
}

async function installed(): Promise<string | undefined> {
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  for (const root of versionRoots) folders.push(...await versionFolders(root));
  for (const folder of folders) {
    if (await isFile(join(folder, "initdb")) && await isFile(join(folder, "postgres"))) {
      return folder;
    }
  }
}

/** Sorted, the newest version first. */
async function versionFolders(root: string): Promise<string[]> {
  const versions: { name: string; major: number }[] = [];
  for await (const { name } of entriesOf(root)) {
    const [, major] = /^(?:pgsql-|postgresql@)?(\d+)$/.exec(name) ?? [];
    if (major) versions.push({ name, major: Number(major) });
  }
  versions.sort((a, b) => b.major - a.major);
  return versions.map(({ name }) => join(root, name, "bin"));
}

async function fromDebian(): Promise<string | undefined> {
  return await installDebianPackage("postgresql") ? installed() : undefined;
}

async function* entriesOf(folder: string): AsyncGenerator<Deno.DirEntry> {
  try {
    yield* Deno.readDir(folder);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}
