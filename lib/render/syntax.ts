// Owns finding a syntax fault, or an import of a file that is not there, before a program is started.

import { loadCompiler } from "./compiler.ts";

/** Follows the program's own files, not its packages. Rejects with one line for each fault. */
export async function checkSyntax(root: string, entry: string): Promise<void> {
  const compiler = await loadCompiler();
  await compiler.build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    packages: "external",
    format: "esm",
    target: "esnext",
    jsx: "automatic",
    jsxImportSource: "preact",
    write: false,
    logLevel: "silent",
  });
}
