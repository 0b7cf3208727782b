// Owns which file the build runs as its compiler: esbuild's program, by a path without its version.
// The permission set `build` in deno.json names the same paths, and no other program.

import { existsSync } from "node:fs";
import { join } from "node:path";

/** Deno links each package of this platform here, whatever its version. */
const packages = "node_modules/.deno/node_modules/@esbuild";

/** Call it before the first build: esbuild reads the variable once, when it is loaded. */
export function chooseCompiler(root: string): void {
  const program = join(root, packages, programOf(Deno.build));
  // In another layout of node_modules esbuild looks for its program by itself.
  if (existsSync(program)) Deno.env.set("ESBUILD_BINARY_PATH", program);
}

function programOf({ os, arch }: Pick<typeof Deno.build, "os" | "arch">): string {
  const processor = arch === "aarch64" ? "arm64" : "x64";
  return os === "windows" ? `win32-${processor}/esbuild.exe` : `${os}-${processor}/bin/esbuild`;
}
