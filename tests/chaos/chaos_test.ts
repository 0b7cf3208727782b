// Breaks the processes of the whole topology, and what lies between them, while viewers watch. See tests/chaos/.

import assert from "node:assert/strict";
import { roundText, tableOf, violationText } from "./report.ts";
import { runChaos } from "./run.ts";
import { chaosSettings } from "./settings.ts";

Deno.test("whatever breaks, ticks come again, prices never go back, no list change is lost, and no call is made in vain", async (t) => {
  const { seed, seconds } = chaosSettings({ seconds: 30, seed: 1 });
  // The name is shown whatever becomes of the run.
  await t.step(`CHAOS_SEED=${seed}`, async () => {
    const report = await runChaos({ seed, seconds });
    const told = [...report.rounds.map(roundText), tableOf(report)].join("\n");
    assert.deepEqual(report.violations.map(violationText), [], told);
    assert.ok(report.rounds.length > 0, told);
    assert.ok(report.ticks > 0 && report.calls > 0 && report.changes > 0, told);
  });
});
