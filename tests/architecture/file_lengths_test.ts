import assert from "node:assert/strict";
import { countLines, overlongFiles } from "./file_lengths.ts";
import { treeOf } from "./tree_fixtures.ts";

Deno.test("a file of the product has 300 lines, and not one more", () => {
  const full = "a\n".repeat(300);
  assert.deepEqual(overlongFiles(treeOf({ "lib/a.ts": full, "main.ts": full })), []);
  const tree = treeOf({
    "lib/a.ts": `${full}a\n`,
    "static/css/a.css": `${full}a`,
    "lib/B.tsx": full,
  });
  assert.deepEqual(overlongFiles(tree), [
    "lib/a.ts has 301 lines, at most 300",
    "static/css/a.css has 301 lines, at most 300",
  ]);
});

Deno.test("tests may be longer", () => {
  const tree = treeOf({ "lib/a_test.ts": "a\n".repeat(301), "tests/http/a.ts": "a\n".repeat(301) });
  assert.deepEqual(overlongFiles(tree), []);
});

Deno.test("a line break at the end of a file does not begin a line", () => {
  assert.deepEqual(["a", "a\n", "a\nb", "a\nb\n"].map(countLines), [1, 1, 2, 2]);
});
