// Owns the browser of the tests: an installed Chromium, else Debian's package (as root), else one from npm.

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fs from "node:fs";
import type { Browser } from "playwright-core";

const installedNames = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const npmPackage = "@sparticuz/chromium@153.0.0";
const npmFolder = fileURLToPath(new URL("../../.test-browser/", import.meta.url));

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

/** The package holds a compressed Chromium and the libraries a bare Linux lacks. A folder of its own keeps its 60 MB out of every start. */
async function fromNpm(): Promise<Executable> {
  console.error("Unpacking Chromium from npm for the browser tests ...");
  await Deno.mkdir(npmFolder, { recursive: true });
  const imports = { "@sparticuz/chromium": `npm:${npmPackage}` };
  const config = JSON.stringify({ nodeModulesDir: "auto", imports });
  await Deno.writeTextFile(join(npmFolder, "deno.json"), config);
  await Deno.writeTextFile(join(npmFolder, "unpack.js"), unpackScript);
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--allow-read",
      "--allow-write",
      "--allow-env",
      "--allow-sys",
      "unpack.js",
    ],
    cwd: npmFolder,
    stderr: "inherit",
  }).output();
  if (!success) {
    throw new Error("No Chromium was found nor could be installed; set CHROMIUM_PATH to one.");
  }
  const { path, libraries } = JSON.parse(new TextDecoder().decode(stdout));
  return { path, env: { LD_LIBRARY_PATH: join(libraries, "lib") } };
}

const unpackScript = `
import chromium, { inflate } from "@sparticuz/chromium";
const archive = new URL("node_modules/@sparticuz/chromium/bin/al2023.tar.br", import.meta.url);
const libraries = await inflate(archive.pathname);
console.log(JSON.stringify({ path: await chromium.executablePath(), libraries }));
`;

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
