import assert from "node:assert/strict";
import { runChecks } from "./check.ts";

Deno.test("each check runs to its end, and each failed check is named with its output", async () => {
  const said: string[] = [];
  const failed = await runChecks([
    { name: "Good", args: ["eval", "console.log('quiet')"] },
    { name: "Bad", args: ["eval", "console.error('line 3 is wrong'); Deno.exit(1)"] },
    { name: "Worse", args: ["eval", "throw new Error('broken')"] },
  ], (text) => said.push(text));

  assert.deepEqual(failed, ["Bad", "Worse"]);
  const text = said.join("\n");
  assert.match(text, /^ok +Good/m);
  assert.match(text, /^FAILED +Bad[^]*--- Bad ---\nline 3 is wrong[^]*--- Worse ---[^]*broken/m);
  assert.match(text, /Failed: Bad, Worse$/);
  assert.doesNotMatch(text, /quiet/, "a check that passed says nothing else");
});
