// Owns the type check of files as a browser knows them: with the DOM's libraries alone.

import { resolve } from "node:path";

/** Empty: they pass. */
export async function faultsInBrowser(root: string, files: readonly string[]): Promise<string> {
  const { imports, compilerOptions } = JSON.parse(
    await Deno.readTextFile(resolve(root, "deno.json")),
  );
  const lib = ["dom", "dom.iterable", "dom.asynciterable", "esnext"];
  const folder = await Deno.makeTempDir();
  try {
    const config = resolve(folder, "deno.json");
    const options = { imports, compilerOptions: { ...compilerOptions, lib } };
    await Deno.writeTextFile(config, JSON.stringify(options));
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", "--quiet", "--no-lock", `--config=${config}`, ...files],
      cwd: root,
    }).output();
    return success ? "" : new TextDecoder().decode(stderr);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
