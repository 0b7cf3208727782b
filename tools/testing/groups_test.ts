import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { findTestFiles, planOf } from "./groups.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

Deno.test("a test beside the code is a unit test, unless it imports a helper that starts a server", () => {
  const text = 'import { quote } from "./quote.ts";';
  const files = [
    { path: "lib/quote_test.ts", text },
    {
      path: "islands/board_test.ts",
      text: 'import { rig } from "../tests/support/poller_rig.ts";',
    },
    { path: "lib/a_test.ts", text: 'import { x } from "../tests/support/postgres.ts";' },
    { path: "tools/b_test.ts", text: 'import { x } from "../tests/support/task.ts";' },
    { path: "workers/c_test.ts", text: 'import { x } from "../tests/support/redis.ts";' },
  ];
  assert.deepEqual(planOf(files), {
    unit: ["islands/board_test.ts", "lib/quote_test.ts"],
    waiting: ["workers/c_test.ts"],
    heavy: ["lib/a_test.ts", "tools/b_test.ts"],
  });
});

Deno.test("the files of a group start in the order of its rules, the longest first", () => {
  const paths = [
    "tests/e2e/arrange_test.ts",
    "tests/http/api_test.ts",
    "tests/chaos/chaos_test.ts",
    "tests/simulation/simulation_test.ts",
  ];
  const { waiting, heavy } = planOf(paths.map((path) => ({ path, text: "" })));
  assert.deepEqual(waiting, ["tests/chaos/chaos_test.ts", "tests/e2e/arrange_test.ts"]);
  assert.deepEqual(heavy, ["tests/simulation/simulation_test.ts", "tests/http/api_test.ts"]);
});

Deno.test("a test file that no rule fits is reported by name", () => {
  const files = [{ path: "deploy/some_test.ts", text: "" }, { path: "lib/a_test.ts", text: "" }];
  assert.throws(() => planOf(files), /No rule .* fits deploy\/some_test\.ts\./);
});

Deno.test("each test file of the project is in exactly one group", async () => {
  const files = await findTestFiles(root);
  const { unit, waiting, heavy } = planOf(files);
  const planned = [...unit, ...waiting, ...heavy];
  assert.deepEqual(planned.toSorted(), files.map(({ path }) => path).toSorted());
  assert.ok(unit.includes("tools/testing/groups_test.ts"));
  for (const path of unit) assert.doesNotMatch(path, /^tests\/(chaos|e2e|http|fuzz|simulation)\//);
});
