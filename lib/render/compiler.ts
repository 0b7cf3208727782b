// Owns the life of the compiler, esbuild: loaded at the first build, so that its caller may first choose the program that runs.

import type * as esbuild from "esbuild";

let loaded: Promise<typeof esbuild> | undefined;

export function loadCompiler(): Promise<typeof esbuild> {
  loaded ??= import("esbuild");
  return loaded;
}

/** The compiler is a process of its own, kept between builds: end it after the last one. */
export async function stopCompiler(): Promise<void> {
  await (await loaded)?.stop();
}
