// Breaks the processes of the whole topology and the links between them, while viewers watch. See docs/testing.md.

import assert from "node:assert/strict";
import { roundText, tableOf, violationText } from "./report.ts";
import { runChaos } from "./run.ts";
import { chaosSettings } from "./settings.ts";

Deno.test("after every fault ticks come again, prices never go back, no list change is lost, and no call is wasted", async (t) => {
  const { seed, seconds } = chaosSettings({ seconds: 30, seed: 1 });
  // The step's name shows the seed, whether the run succeeds or fails.
  await t.step(`CHAOS_SEED=${seed}`, async () => {
    const report = await runChaos({ seed, seconds });
    const text = [...report.rounds.map(roundText), tableOf(report)].join("\n");
    assert.deepEqual(report.violations.map(violationText), [], text);
    assert.ok(report.rounds.length > 0, text);
    assert.ok(report.ticks > 0 && report.calls > 0 && report.changes > 0, text);
  });
});
