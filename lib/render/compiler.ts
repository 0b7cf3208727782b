// Owns loading and stopping the compiler, esbuild. It loads at the first build, so that a task can choose the program before.

import type * as esbuild from "esbuild";

let loaded: Promise<typeof esbuild> | undefined;

export function loadCompiler(): Promise<typeof esbuild> {
  loaded ??= import("esbuild");
  return loaded;
}

/** The compiler is a separate process that stays between builds. Stop it after the last build. */
export async function stopCompiler(): Promise<void> {
  await (await loaded)?.stop();
}
