import assert from "node:assert/strict";
import { filesThatAct, filesThatReadEnvironment } from "./alone.ts";
import { treeOf } from "./tree_fixtures.ts";

const acts = [
  `Deno.serve(handler);`,
  `await Deno.openKv();`,
  `const kv = await Deno.openKv("data");`,
  `import { a } from "./a.ts";\n\nDeno.cron("a", "* * * * *", a);`,
];

for (const code of acts) {
  Deno.test(`a file acts on import that has at its top level: ${code.split("\n").at(-1)}`, () => {
    assert.deepEqual(filesThatAct(treeOf({ "lib/a.ts": code, "main.ts": code })), ["lib/a.ts"]);
  });
}

Deno.test("a file that acts inside a function, or in a test, does not act on import", () => {
  const tree = treeOf({
    "lib/a.ts": `export function listen() {\n  return Deno.serve(handler);\n}`,
    "lib/a_test.ts": `Deno.serve(handler);`,
  });
  assert.deepEqual(filesThatAct(tree), []);
});

Deno.test("the environment is read by config.ts, tools and benchmarks, and by no other file", () => {
  const code = `export const port = () => Deno.env.get("PORT");`;
  const tree = treeOf({
    "lib/config.ts": code,
    "tools/open.ts": code,
    "bench/hub.ts": code,
    "tests/support/server.ts": code,
    "lib/log.ts": code,
    "workers/lease.ts": `process.env.PORT`,
    "main.ts": code,
  });
  assert.deepEqual(filesThatReadEnvironment(tree), ["lib/log.ts", "workers/lease.ts", "main.ts"]);
});
