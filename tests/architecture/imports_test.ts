import assert from "node:assert/strict";
import { importsIn, importsOf } from "./imports.ts";
import { treeOf } from "./tree_fixtures.ts";

function specifiersIn(code: string): string[] {
  return importsOf(code, "lib/a.ts").map(({ specifier }) => specifier);
}

const forms = {
  "a name": `import { a } from "./x.ts";`,
  "names on lines of their own": `import {\n  a,\n  type B,\n} from "./x.ts";`,
  "a default": `import a from './x.ts'`,
  "a default and names": `import a, { b } from "./x.ts";`,
  "a namespace": `import * as a from "./x.ts";`,
  "a type": `import type { A } from "./x.ts";`,
  "an effect": `import "./x.ts";`,
  "a file with attributes": `import data from "./x.ts" with { type: "json" };`,
  "an exported name": `export { a } from "./x.ts";`,
  "an exported type": `export type { A } from "./x.ts";`,
  "all exports": `export * from "./x.ts";`,
  "a dynamic import": `const { a } = await import("./x.ts");`,
  "a dynamic import on a line of its own": `await import(\n  "./x.ts"\n);`,
  "a type by import()": `type A = typeof import("./x.ts");`,
  "a second statement on a line": `a(); import { a } from "./x.ts";`,
};

for (const [what, code] of Object.entries(forms)) {
  Deno.test(`an import of ${what} is found`, () => {
    assert.deepEqual(specifiersIn(code), ["./x.ts"]);
  });
}

Deno.test("an export without a source is not an import, nor is a call of from()", () => {
  const code = `export const a = 1;\nexport { a };\nconst from = "./x.ts";\nArray.from("./y.ts");`;
  assert.deepEqual(specifiersIn(code), []);
});

Deno.test("statements in a row are each found, and each module once", () => {
  const code =
    `import { a } from "./x.ts";\nimport "./y.ts";\nexport { b } from "zod";\nimport type { A } from "./x.ts";`;
  assert.deepEqual(specifiersIn(code), ["./x.ts", "./y.ts", "zod"]);
});

Deno.test("a relative specifier leads to a path of the tree, a package to none", () => {
  const tree = treeOf({
    "lib/hub/hub.ts": `import "../clock.ts"; import "zod";\n// import "./commented.ts";`,
    "lib/hub/notes.md": `import "./x.ts";`,
  });
  assert.deepEqual([...importsIn(tree)], [["lib/hub/hub.ts", [
    { specifier: "../clock.ts", target: "lib/clock.ts" },
    { specifier: "zod", target: undefined },
  ]]]);
});
