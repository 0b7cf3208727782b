import assert from "node:assert/strict";
import { noTests, summaryLine, sumOf, totalsOf } from "./totals.ts";

const some = "running 2 tests from ./a_test.ts\n\nok | 120 passed (3 steps) | 0 failed (20s)\n";

Deno.test("the last summary of a run is read, with or without colors", () => {
  const expected = { ...noTests, passed: 120, passedSteps: 3 };
  assert.deepEqual(totalsOf({ output: some, success: true }), expected);
  const inColors = "ok | 1 passed | 0 failed (1ms)\n" +
    "\x1b[0m\x1b[32mok\x1b[0m | 120 passed (3 steps) | 0 failed \x1b[0m\x1b[38;5;245m(20s)\x1b[0m\n";
  assert.deepEqual(totalsOf({ output: inColors, success: true }), expected);
});

Deno.test("failed tests, failed steps and ignored tests are counted", () => {
  const output =
    "FAILED | 7 passed (1 step) | 2 failed (4 steps) | 1 ignored (7m5s)\n\nerror: Test failed";
  assert.deepEqual(totalsOf({ output, success: false }), {
    passed: 7,
    passedSteps: 1,
    failed: 2,
    failedSteps: 4,
    ignored: 1,
  });
});

Deno.test("a run without a summary, or one that fails after a good summary, has a failure", () => {
  assert.equal(totalsOf({ output: "Killed", success: false }).failed, 1);
  assert.equal(totalsOf({ output: "", success: true }).failed, 1);
  assert.deepEqual(totalsOf({ output: some, success: false }), {
    ...noTests,
    passed: 120,
    passedSteps: 3,
    failed: 1,
  });
});

Deno.test("the sum is written in the format of Deno's summary", () => {
  const good = { ...noTests, passed: 1, passedSteps: 1 };
  assert.equal(summaryLine(good, 400), "ok | 1 passed (1 step) | 0 failed (0s)");
  const total = sumOf([good, { ...noTests, passed: 2, failed: 1, failedSteps: 2, ignored: 1 }]);
  assert.equal(
    summaryLine(total, 425_000),
    "FAILED | 3 passed (1 step) | 1 failed (2 steps) | 1 ignored (7m5s)",
  );
});
