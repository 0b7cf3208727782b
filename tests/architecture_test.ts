// Holds the order of the tree: each rule is one test here, and one file with tests of its own in architecture/.

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { filesThatAct, filesThatReadEnvironment } from "./architecture/alone.ts";
import { faultsInBrowser } from "./architecture/browser_types.ts";
import { cyclesIn } from "./architecture/cycles.ts";
import { forbiddenImports } from "./architecture/directions.ts";
import { countLines, overlongFiles } from "./architecture/file_lengths.ts";
import { overfullFolders } from "./architecture/folder_sizes.ts";
import { importTable, withTable, writeCommand } from "./architecture/import_table.ts";
import { importsIn } from "./architecture/imports.ts";
import { forbiddenPackages, packageUsers } from "./architecture/packages.ts";
import { idlePrefixes } from "./architecture/prefixes.ts";
import { browserFiles, emptyPatterns } from "./architecture/rule_paths.ts";
import { groups, rooms } from "./architecture/rules.ts";
import { readTree } from "./architecture/tree.ts";
import { phrasesIn } from "./architecture/words.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const tree = await readTree(root);
const imports = importsIn(tree);
const map = tree.get("ARCHITECTURE.md") ?? "";

Deno.test("no file imports against the directions of the architecture", () => {
  assertNone(forbiddenImports(imports, rooms));
});

Deno.test("no file imports a package that is not for it", () => {
  assertNone(forbiddenPackages(imports, { users: packageUsers, rooms }));
});

Deno.test("each path in the table of directions exists", () => {
  assertNone(emptyPatterns(tree, rooms));
});

Deno.test("there is no import cycle, neither in the product nor in tests", () => {
  assertNone(cyclesIn(imports));
});

Deno.test("a folder has at most 15 entries beside its tests", () => {
  assertNone(overfullFolders(tree));
});

Deno.test("a file of the product has at most 300 lines", () => {
  assertNone(overlongFiles(tree));
});

Deno.test("no file's prefix repeats its folder's name, and none does a folder's work", () => {
  assertNone(idlePrefixes(tree));
});

Deno.test("the import table of ARCHITECTURE.md shows the rules", () => {
  const isCurrent = withTable(map, importTable({ rooms, groups })) === map;
  assert.ok(isCurrent, `The rules have changed. Write the table: ${writeCommand}`);
});

Deno.test("ARCHITECTURE.md is a map of at most 100 lines", () => {
  assert.ok(countLines(map) <= 100, `It has ${countLines(map)} lines`);
});

Deno.test("only main.ts acts when imported: no other file serves, registers cron or opens KV at its top level", () => {
  assertNone(filesThatAct(tree));
});

Deno.test("only lib/config.ts reads the environment of the service", () => {
  assertNone(filesThatReadEnvironment(tree));
});

Deno.test("the browser's files type-check with DOM libraries alone", async () => {
  assert.equal(await faultsInBrowser(root, browserFiles(tree, rooms)), "");
});

Deno.test("comments and documents are free of phrases that one must read twice", () => {
  assertNone(phrasesIn(tree));
});

function assertNone(faults: readonly string[]) {
  assert.ok(faults.length === 0, `${faults.length} faults:\n${faults.join("\n")}`);
}
