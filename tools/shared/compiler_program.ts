// Owns which program the build runs as its compiler: esbuild, by a path that does not contain its version.
// The permission set `build` in deno.json names the same paths and no other program.

import { existsSync } from "node:fs";
import { join } from "node:path";

/** Deno links each package for this platform in this folder, whatever its version. */
const packages = "node_modules/.deno/node_modules/@esbuild";

/** Must be called before the first build, because esbuild reads the variable only once, when it is loaded. */
export function chooseCompiler(root: string): void {
  const program = join(root, packages, programOf(Deno.build));
  // With another layout of node_modules, esbuild searches for its program itself.
  if (existsSync(program)) Deno.env.set("ESBUILD_BINARY_PATH", program);
}

function programOf({ os, arch }: Pick<typeof Deno.build, "os" | "arch">): string {
  const processor = arch === "aarch64" ? "arm64" : "x64";
  return os === "windows" ? `win32-${processor}/esbuild.exe` : `${os}-${processor}/bin/esbuild`;
}
