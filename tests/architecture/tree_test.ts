import assert from "node:assert/strict";
import { join } from "node:path";
import { isProduct, readTree } from "./tree.ts";

Deno.test("a tree holds all files by path, sorted, with the text of sources and documents", async () => {
  const root = await Deno.makeTempDir();
  try {
    for (const folder of ["lib/hub", "node_modules/x", ".git", "dist"]) {
      await Deno.mkdir(join(root, folder), { recursive: true });
    }
    const files = [
      "main.ts",
      "lib/hub/hub.ts",
      "lib/icon.svg",
      "node_modules/x/a.ts",
      ".git/a.md",
      "dist/a.ts",
    ];
    for (const path of files) await Deno.writeTextFile(join(root, path), `of ${path}`);
    assert.deepEqual([...await readTree(root)], [
      ["lib/hub/hub.ts", "of lib/hub/hub.ts"],
      ["lib/icon.svg", ""],
      ["main.ts", "of main.ts"],
    ]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("tests, fixtures and contracts are not the product", () => {
  const product = ["main.ts", "lib/a.ts", "static/css/base.css", "routes/pages/login/Login.tsx"];
  const others = [
    "lib/a_test.ts",
    "routes/pages/a_test.tsx",
    "lib/bus/bus_fixtures.ts",
    "lib/bus/bus_contract.ts",
    "lib/bus/contract/lease.ts",
    "tests/support/server.ts",
    "docs/bus.md",
  ];
  assert.deepEqual([...product, ...others].filter(isProduct), product);
});
