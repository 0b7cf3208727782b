// Owns `deno task build`: which files make up dist/. lib/render/bundle.ts owns how they are made.

import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type BuildPlan } from "../lib/render/bundle.ts";
import { stopCompiler } from "../lib/render/compiler.ts";
import { chooseCompiler } from "./shared/compiler_program.ts";

export const buildPlan: BuildPlan = {
  root: dirname(dirname(fileURLToPath(import.meta.url))),
  dist: "dist",
  boot: "islands/boot.ts",
  islands: "islands/roots",
  styles: "static/styles.css",
  replacements: { "preact/jsx-runtime": "./islands/jsx_runtime.ts" },
  copies: [
    "static/favicon.svg",
    "node_modules/swagger-ui-dist/swagger-ui.css",
    "node_modules/swagger-ui-dist/swagger-ui-bundle.js",
  ],
  alsoInputs: [
    "deno.lock",
    "lib/render/bundle.ts",
    "lib/render/compiler.ts",
    "lib/render/dist.ts",
    "lib/render/island_files.ts",
    "tools/build.ts",
  ],
};

if (import.meta.main) {
  chooseCompiler(buildPlan.root);
  const result = await build(buildPlan).finally(stopCompiler);
  if (result.kind === "built") {
    const line = `Islands built: ${(result.scriptBytes / 1024).toFixed(1)} KB gzip\n`;
    await Deno.stdout.write(new TextEncoder().encode(line));
  }
}
