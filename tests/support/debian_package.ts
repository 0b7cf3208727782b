// Owns finding an installed program, and installing one from Debian's packages, where that is possible: on Debian or a related system, as root.

import { join } from "node:path";

const folders = (Deno.env.get("PATH") ?? "").split(":")
  .concat("/usr/bin", "/usr/local/bin", "/usr/sbin");

let update: Promise<boolean> | undefined;

/** The path of the first of these programs that is installed. */
export async function findProgram(names: readonly string[]): Promise<string | undefined> {
  for (const path of names.flatMap((name) => folders.map((folder) => join(folder, name)))) {
    try {
      if ((await Deno.stat(path)).isFile) return path;
    } catch {
      // This program is not installed, so the next one is tried.
    }
  }
  return undefined;
}

/** False if the system is another one, or has no such package. Call it once at a time, because apt-get locks its database. */
export async function installDebianPackage(name: string): Promise<boolean> {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0 || !await hasApt()) return false;
  console.error(`Installing ${name} with apt-get for the tests ...`);
  await (update ??= aptGet("update", "-qq"));
  return aptGet("install", "-y", "-qq", "--no-install-recommends", name);
}

async function hasApt(): Promise<boolean> {
  try {
    return (await Deno.stat("/usr/bin/apt-get")).isFile;
  } catch {
    return false;
  }
}

async function aptGet(...args: string[]): Promise<boolean> {
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const command = new Deno.Command("apt-get", { args, env, stdout: "null", stderr: "inherit" });
  return (await command.output()).success;
}
