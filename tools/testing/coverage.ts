// Owns `deno task coverage`: runs the tests beside the code, and shows how much of the code they reach, folder by folder.

import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { denoTestArgs, withLockCopies } from "./deno_command.ts";
import { findTestFiles, planOf } from "./groups.ts";
import { byFolder, type FileCoverage, type FolderCoverage, percentOf, readLcov } from "./lcov.ts";
import { build, ensureServers } from "./prepare.ts";
import { type Outcome, type Program, runSideBySide } from "./side_by_side.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folders = ["lib", "workers", "routes", "islands"];
const least = { lines: 90, branches: 85 };
const deadlineMs = 600_000;
/** The number of files to list for a folder below the goal: those with the most untested lines. */
const shownMax = 15;

if (import.meta.main) Deno.exit(await main() ? 0 : 1);

async function main(): Promise<boolean> {
  await Promise.all([build(), ensureServers()]);
  const data = await Deno.makeTempDir({ prefix: "quoteboard-coverage-" });
  try {
    const failed = (await runTests(data)).filter(({ success }) => !success);
    for (const { name, output } of failed) console.error(`${output}\nFailed: ${name}`);
    if (failed.length > 0) return false;
    await loadAll(data);
    return show(await report(data));
  } finally {
    await Deno.remove(data, { recursive: true });
  }
}

/** Browser, chaos and simulation tests are left out, because they reach the same code more slowly. */
async function runTests(data: string): Promise<Outcome[]> {
  const isBeside = (path: string) => folders.some((folder) => path.startsWith(`${folder}/`));
  const plan = planOf((await findTestFiles(root)).filter(({ path }) => isBeside(path)));
  return withLockCopies(async (copyLock) => {
    const program = async (name: string, args: readonly string[]): Promise<Program> => {
      const options = [`--coverage=${data}`, "--coverage-raw-data-only", ...args];
      return { name, args: denoTestArgs(await copyLock(), options) };
    };
    const programs = [await program("the unit tests", ["--parallel", ...plan.unit])];
    for (const path of [...plan.waiting, ...plan.heavy]) programs.push(await program(path, [path]));
    return runSideBySide(programs, { atOnce: navigator.hardwareConcurrency, deadlineMs });
  });
}

/** Loads every file, so that one without any test counts as not covered. In these folders, only boot.ts acts when imported. */
async function loadAll(data: string): Promise<void> {
  const paths: string[] = [];
  for (const folder of folders) {
    for await (const path of productFiles(join(root, folder))) paths.push(path);
  }
  const options = ["--quiet", "--no-lock", "-P=test", `--coverage=${data}`];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...options, "tools/testing/load_modules.ts", ...paths],
    cwd: root,
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

async function* productFiles(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) yield* productFiles(path);
    else if (/\.tsx?$/.test(name) && isProduct(path)) yield path;
  }
}

/** Tests and the files that only tests use are not product code. */
function isProduct(path: string): boolean {
  return !/_(test|fixtures|contract)\.tsx?$|\/contract\//.test(path);
}

async function report(data: string): Promise<FileCoverage[]> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["coverage", "--quiet", "--lcov", data],
    cwd: root,
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return readLcov(new TextDecoder().decode(stdout))
    .map((file) => ({ ...file, path: relative(root, file.path) }))
    .filter(({ path }) => folders.some((top) => path.startsWith(`${top}/`)) && isProduct(path));
}

/** True if every folder reaches the goal. */
function show(files: readonly FileCoverage[]): boolean {
  const all = byFolder(files);
  console.info(tableOf(all));
  const short = all.filter((folder) => folders.includes(folder.folder) && fallsShort(folder));
  for (const { folder } of short) {
    console.info(
      `\n${folder}/ falls short of ${least.lines} % of lines, ${least.branches} % of branches.`,
    );
    const inside = files.filter(({ path }) => path.startsWith(`${folder}/`));
    for (const { path, lines } of lackMost(inside)) {
      console.info(`  ${lines.all - lines.hit} of ${lines.all} lines lack a test: ${path}`);
    }
  }
  return short.length === 0;
}

function fallsShort({ lines, branches }: FolderCoverage): boolean {
  return percentOf(lines) < least.lines || percentOf(branches) < least.branches;
}

function lackMost(files: readonly FileCoverage[]): FileCoverage[] {
  const lacking = ({ lines }: FileCoverage) => lines.all - lines.hit;
  return files.filter((file) => lacking(file) > 0)
    .toSorted((a, b) => lacking(b) - lacking(a))
    .slice(0, shownMax);
}

function tableOf(all: readonly FolderCoverage[]): string {
  const rows = all.map(({ folder, files, lines, branches }) => [
    folder.includes("/") ? `  ${folder}` : folder,
    `${percentOf(lines).toFixed(1)} %`,
    `${percentOf(branches).toFixed(1)} %`,
    String(files),
  ]);
  return [["folder", "lines", "branches", "files"], ...rows]
    .map(([name = "", ...figures]) =>
      name.padEnd(30) + figures.map((figure) => figure.padStart(10)).join("")
    ).join("\n");
}
