import assert from "node:assert/strict";
import { forbiddenImports } from "./directions.ts";
import { importsIn } from "./imports.ts";
import type { Room } from "./rules.ts";
import { treeOf } from "./tree_fixtures.ts";

const rooms: readonly Room[] = [
  { files: ["lib/{quote,clock}.ts"], may: ["lib/quote.ts"], isForBrowsers: true },
  { files: ["lib/{auth,store}/"], may: [] },
  { files: ["lib/store/inner/"], may: [] },
  { files: ["lib/hub/"], may: ["lib/bus/bus.ts"] },
];

function faultsOf(path: string, code: string): string[] {
  return forbiddenImports(importsIn(treeOf({ [path]: code })), rooms);
}

Deno.test("a file imports its own folder, and of other rooms what the rules name", () => {
  const code = `import "./fanout/frames.ts"; import type { Bus } from "../bus/bus.ts";`;
  assert.deepEqual(faultsOf("lib/hub/hub.ts", code), []);
});

Deno.test("any other file is forbidden, in each form of import", () => {
  const fault = ["lib/hub/hub.ts may not import lib/bus/mirror.ts"];
  assert.deepEqual(
    faultsOf("lib/hub/hub.ts", `import type { Mirror } from "../bus/mirror.ts";`),
    fault,
  );
  assert.deepEqual(faultsOf("lib/hub/hub.ts", `await import("../bus/mirror.ts");`), fault);
});

Deno.test("files that only stand in one row may not import each other", () => {
  assert.deepEqual(faultsOf("lib/clock.ts", `import "./quote.ts";`), []);
  assert.deepEqual(faultsOf("lib/quote.ts", `import "./clock.ts";`), [
    "lib/quote.ts may not import lib/clock.ts",
  ]);
});

Deno.test("a file that belongs to no room is a fault", () => {
  assert.deepEqual(faultsOf("lib/odd.ts", ""), [
    "lib/odd.ts belongs to no room of tests/architecture/rules.ts",
  ]);
});

Deno.test("folders that share a row may not import each other", () => {
  assert.deepEqual(faultsOf("lib/store/store.ts", `import "./kv/client.ts";`), []);
  assert.deepEqual(faultsOf("lib/store/store.ts", `import "../auth/auth.ts";`), [
    "lib/store/store.ts may not import lib/auth/auth.ts",
  ]);
});

Deno.test("a folder with a row of its own is not inside the folder around it", () => {
  assert.deepEqual(faultsOf("lib/store/store.ts", `import "./inner/a.ts";`), [
    "lib/store/store.ts may not import lib/store/inner/a.ts",
  ]);
});

Deno.test("tests, fixtures and contracts import what they need", () => {
  for (
    const path of ["lib/hub/hub_test.ts", "lib/hub/hub_fixtures.ts", "lib/bus/contract/lease.ts"]
  ) {
    assert.deepEqual(faultsOf(path, `import "../../main.ts";`), []);
  }
});
