// Owns the search for a syntax error, or an import of a missing file, before a program starts.

import { loadCompiler } from "./compiler.ts";

/** Follows the program's own files, not its packages. Rejects with one line for each error. */
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
