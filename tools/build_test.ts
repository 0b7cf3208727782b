import assert from "node:assert/strict";
import { glob } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { loadAssets } from "../lib/render/assets.ts";
import { build } from "../lib/render/bundle.ts";
import { stopCompiler } from "../lib/render/compiler.ts";
import { permissionsOf } from "../tests/support/task.ts";
import { buildPlan } from "./build.ts";

/** The bytes that the watchlist page may load before the first interaction. */
const scriptBytesMax = 16_000;

Deno.test("the watchlist page's script stays below 16 KB gzip before the first interaction", async () => {
  const dist = await Deno.makeTempDir();
  await build({ ...buildPlan, dist }).finally(stopCompiler);
  const assets = await loadAssets(dist);
  const sources = new Map<string, string>();
  let total = 0;

  function load(path: string): void {
    const name = path.split("/").at(-1) ?? "";
    if (sources.has(name)) return;
    const file = assets.file(name, "gzip");
    assert.ok(file, `${name} is not built`);
    const isCompressed = file.headers["content-encoding"] === "gzip";
    const source = (isCompressed ? gunzipSync(file.bytes) : file.bytes).toString();
    sources.set(name, source);
    total += file.bytes.length;
    for (const [, imported = ""] of source.matchAll(/(?:from|import)\s*"(\.\/[^"]+)"/g)) {
      load(imported);
    }
  }

  load(assets.path("boot.js"));
  assets.modules("Watchlist").forEach(load);
  const all = [...sources.values()].join("\n");
  assert.match(all, /Stale since/, "the list's own code is among what was counted");
  assert.doesNotMatch(all, /listbox/, "the search's code waits for the first interaction");
  assert.ok(sources.size >= 3 && total < scriptBytesMax, `${total} bytes`);
  await Deno.remove(dist, { recursive: true });
});

Deno.test("the build task may run only esbuild, may write only dist/, and cannot use the network", () => {
  const { run, write, net } = permissionsOf("build");
  assert.ok(Array.isArray(run) && run.length > 0);
  for (const program of run) {
    assert.match(
      program,
      /^node_modules\/\.deno\/node_modules\/@esbuild\/[\w-]+\/(bin\/esbuild|esbuild\.exe)$/,
    );
  }
  assert.deepEqual({ write, net }, { write: ["dist"], net: undefined });
});

Deno.test("each island of a page is built as a separate module", async () => {
  const dist = await Deno.makeTempDir();
  await build({ ...buildPlan, dist }).finally(stopCompiler);
  const { modules } = await loadAssets(dist);
  const islands: string[] = [];
  for await (const path of glob(join(buildPlan.root, "routes/pages/**/*.tsx"))) {
    const source = await Deno.readTextFile(path);
    for (const [, name = ""] of source.matchAll(/<Island\s+component=\{(\w+)\}/g)) {
      islands.push(name);
    }
  }
  assert.ok(islands.length >= 3);
  for (const name of islands) {
    assert.match(modules(name)[0] ?? "", new RegExp(`/${name}-[0-9A-Z]{8}\\.js$`), name);
  }
  await Deno.remove(dist, { recursive: true });
});

Deno.test("all files that the pages name are built, and dist/ contains only hashed names", async () => {
  const dist = await Deno.makeTempDir();
  await build({ ...buildPlan, dist }).finally(stopCompiler);
  const assets = await loadAssets(dist);
  const named = [
    "boot.js",
    "styles.css",
    "favicon.svg",
    "swagger-ui.css",
    "swagger-ui-bundle.js",
  ].map((name) => assets.path(name));
  for (const path of named) assert.match(path, /^\/assets\/[\w-]+-[0-9A-Z]{8}\.(js|css|svg)$/);
  for (const { name } of await Array.fromAsync(Deno.readDir(dist))) {
    assert.match(name, /^manifest\.json$|-[0-9A-Z]{8}\.(js|css|svg)(\.gz|\.br)?$/);
  }
  await Deno.remove(dist, { recursive: true });
});
