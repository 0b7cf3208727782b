import assert from "node:assert/strict";
import { cyclesIn } from "./cycles.ts";
import { importsIn } from "./imports.ts";
import { treeOf } from "./tree_fixtures.ts";

/** `graph`: "a b" for a file a.ts that imports b.ts. */
function cyclesOf(...graph: readonly string[]): string[] {
  const files = graph.map((line) => {
    const [name, ...imported] = line.split(" ");
    return [`lib/${name}.ts`, imported.map((other) => `import "./${other}.ts";\n`).join("")];
  });
  return cyclesIn(importsIn(treeOf(Object.fromEntries(files))));
}

Deno.test("files that import each other in one direction have no cycle", () => {
  assert.deepEqual(cyclesOf("a b c d", "b d", "c d", "d"), []);
});

Deno.test("a cycle is reported as a path that comes back to its first file", () => {
  assert.deepEqual(cyclesOf("a b", "b c", "c d", "d b"), [
    "lib/b.ts -> lib/c.ts -> lib/d.ts -> lib/b.ts",
  ]);
});

Deno.test("a file that imports itself is a cycle", () => {
  assert.deepEqual(cyclesOf("a a", "b a"), ["lib/a.ts -> lib/a.ts"]);
});

Deno.test("of files that all reach each other, the shortest cycle is reported", () => {
  assert.deepEqual(cyclesOf("a b", "b c", "c d", "d a c"), ["lib/c.ts -> lib/d.ts -> lib/c.ts"]);
});

Deno.test("cycles that do not touch each other are reported apart", () => {
  assert.deepEqual(cyclesOf("a b", "b a c", "c d", "d c"), [
    "lib/a.ts -> lib/b.ts -> lib/a.ts",
    "lib/c.ts -> lib/d.ts -> lib/c.ts",
  ]);
});

Deno.test("an import of a type alone counts", () => {
  const tree = treeOf({
    "lib/a.ts": `import type { B } from "./b.ts";`,
    "lib/b.ts": `import type { A } from "./a.ts";`,
  });
  assert.equal(cyclesIn(importsIn(tree)).length, 1);
});
