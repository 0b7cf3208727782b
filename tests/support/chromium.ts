// Owns finding the tests' browser: an installed Chromium, else Debian's package (as root), else one from npm.

import { join } from "node:path";
import fs from "node:fs";
import type { Browser } from "playwright-core";
import { chromiumFromNpm, type Executable } from "./chromium_from_npm.ts";
import { installDebianPackage } from "./debian_package.ts";
import { fontEnv, type FontFamily } from "./fonts.ts";

const installedNames = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

export interface ChromiumOptions {
  /** The only font family that pages can use. */
  readonly family?: FontFamily;
}

export async function launchChromium(
  { family = "DejaVu Sans" }: ChromiumOptions = {},
): Promise<Browser> {
  const { path, env = {} } = await ensureChromium();
  const fonts = await fontEnv(family);
  const { chromium } = await importPlaywright();
  return chromium.launch({
    executablePath: path,
    env: { ...Deno.env.toObject(), ...env, ...fonts },
    // In containers Chromium has no sandbox and little shared memory, and it needs no network except loopback.
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
  return await installed() ?? await fromDebian() ?? await chromiumFromNpm();
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
  return await installDebianPackage("chromium") ? installed() : undefined;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}

/** Playwright reads /proc to detect WSL. Deno allows that only with all permissions, so existsSync answers false for /proc. */
async function importPlaywright() {
  const { existsSync } = fs;
  fs.existsSync = (path) => String(path).startsWith("/proc/") ? false : existsSync(path);
  try {
    return await import("playwright-core");
  } finally {
    fs.existsSync = existsSync;
  }
}
