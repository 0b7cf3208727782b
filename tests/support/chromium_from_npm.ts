// Owns a Chromium from npm for machines without one: unpacked once, into a folder of this checkout.

import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Executable {
  readonly path: string;
  readonly env?: Record<string, string>;
}

const npmPackage = "@sparticuz/chromium@153.0.0";
const folder = fileURLToPath(new URL("../../.test-browser/", import.meta.url));
const unpackedPath = join(folder, "unpacked.json");

interface Unpacked {
  readonly npmPackage: string;
  readonly path: string;
  readonly libraries: string;
}

/** The package contains a compressed Chromium and the libraries that a minimal Linux lacks. A separate folder, because no other install needs its 60 MB. */
export async function chromiumFromNpm(): Promise<Executable> {
  const { path, libraries } = await unpackedBefore() ?? await unpack();
  return { path, env: { LD_LIBRARY_PATH: join(libraries, "lib") } };
}

async function unpackedBefore(): Promise<Unpacked | undefined> {
  try {
    const unpacked: Unpacked = JSON.parse(await Deno.readTextFile(unpackedPath));
    if (unpacked.npmPackage !== npmPackage) return undefined;
    for (const path of [unpacked.path, unpacked.libraries]) await Deno.stat(path);
    return unpacked;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function unpack(): Promise<Unpacked> {
  console.error("Unpacking Chromium from npm for the browser tests ...");
  await Deno.mkdir(folder, { recursive: true });
  const imports = { "@sparticuz/chromium": `npm:${npmPackage}` };
  const config = JSON.stringify({ nodeModulesDir: "auto", imports });
  await Deno.writeTextFile(join(folder, "deno.json"), config);
  await Deno.writeTextFile(join(folder, "unpack.js"), unpackScript);
  const permissions = ["--allow-read", "--allow-write", "--allow-env", "--allow-sys"];
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", ...permissions, "unpack.js"],
    cwd: folder,
    stderr: "inherit",
  }).output();
  if (!success) {
    throw new Error("No Chromium was found nor could be installed; set CHROMIUM_PATH to one.");
  }
  const unpacked: Unpacked = { npmPackage, ...JSON.parse(new TextDecoder().decode(stdout)) };
  await Deno.writeTextFile(unpackedPath, JSON.stringify(unpacked));
  return unpacked;
}

const unpackScript = `
import chromium, { inflate } from "@sparticuz/chromium";
const archive = new URL("node_modules/@sparticuz/chromium/bin/al2023.tar.br", import.meta.url);
const libraries = await inflate(archive.pathname);
console.log(JSON.stringify({ path: await chromium.executablePath(), libraries }));
`;
