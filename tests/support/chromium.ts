// Owns the browser of the tests: an installed Chromium, else Debian's package (as root), else one from npm.

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fs from "node:fs";
import type { Browser } from "playwright-core";

const installedNames = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const npmPackage = "@sparticuz/chromium@153.0.0";
const npmFolder = fileURLToPath(new URL("../../node_modules/.test-browser/", import.meta.url));

interface Executable {
  readonly path: string;
  readonly env?: Record<string, string>;
}

export async function launchChromium(): Promise<Browser> {
  const { path, env } = await ensureChromium();
  const { chromium } = await importPlaywright();
  return chromium.launch({
    executablePath: path,
    ...(env ? { env: { ...Deno.env.toObject(), ...env } } : {}),
    // Containers give Chromium neither a sandbox nor much shared memory, and no network but loopback.
    args: [
      "--no-sandbox",
      "--disable-dev-shm-usage",
      "--disable-gpu",
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
    ],
  });
}

export async function ensureChromium(): Promise<Executable> {
  return await installed() ?? await fromDebian() ?? await fromNpm();
}

async function installed(): Promise<Executable | undefined> {
  const chosen = Deno.env.get("CHROMIUM_PATH");
  if (chosen) return { path: chosen };
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  for (
    const path of installedNames.flatMap((name) => folders.map((folder) => join(folder, name)))
  ) {
    if (await isFile(path)) return { path };
  }
}

async function fromDebian(): Promise<Executable | undefined> {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0 || !await isFile("/usr/bin/apt-get")) return;
  console.error("Installing Chromium with apt-get for the browser tests ...");
  await run("apt-get", ["update", "-qq"]);
  if (!await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"])) {
    return;
  }
  return installed();
}

/** The package holds a compressed Chromium and the libraries a bare Linux lacks. */
async function fromNpm(): Promise<Executable> {
  if (!await isFile(join(npmFolder, "node_modules", "@sparticuz", "chromium", "package.json"))) {
    console.error("Installing Chromium from npm for the browser tests ...");
    await Deno.mkdir(npmFolder, { recursive: true });
    await Deno.writeTextFile(join(npmFolder, "deno.json"), '{ "nodeModulesDir": "auto" }');
    const added = await run(Deno.execPath(), ["add", "--quiet", `npm:${npmPackage}`], npmFolder);
    if (!added) {
      throw new Error("No Chromium was found nor could be installed; set CHROMIUM_PATH to one.");
    }
  }
  const entry = join(
    npmFolder,
    "node_modules",
    "@sparticuz",
    "chromium",
    "build",
    "esm",
    "index.js",
  );
  const { default: packaged, inflate } = await import(entry);
  const libraries = await inflate(
    join(npmFolder, "node_modules", "@sparticuz", "chromium", "bin", "al2023.tar.br"),
  );
  return {
    path: await packaged.executablePath(),
    env: { LD_LIBRARY_PATH: join(libraries, "lib") },
  };
}

async function run(command: string, args: string[], cwd?: string): Promise<boolean> {
  const options = { args, stdout: "null", stderr: "inherit", ...(cwd ? { cwd } : {}) } as const;
  return (await new Deno.Command(command, options).output()).success;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}

/** It looks into /proc to tell WSL; Deno lets only a process with all permissions look there, so it is told "no". */
async function importPlaywright() {
  const { existsSync } = fs;
  fs.existsSync = (path) => String(path).startsWith("/proc/") ? false : existsSync(path);
  try {
    return await import("playwright-core");
  } finally {
    fs.existsSync = existsSync;
  }
}
