// Breaks the processes of a real topology and their links at random, and reports what the viewers saw. Fails on any violation.
//
//   CHAOS_SECONDS=600 CHAOS_SEED=1 deno task chaos

import { chaosSettings } from "./settings.ts";
import { roundText, tableOf, violationText } from "./report.ts";
import { runChaos } from "./run.ts";

if (import.meta.main) {
  const { seed, seconds } = chaosSettings({ seconds: 300 });
  console.info(`Chaos for ${seconds} s; the same again: CHAOS_SEED=${seed} deno task chaos`);
  const report = await runChaos({
    seed,
    seconds,
    onRound: (round) => console.info(roundText(round)),
  });
  console.info(`\n${tableOf(report)}\n`);
  for (const violation of report.violations) console.error(violationText(violation));
  Deno.exit(report.violations.length === 0 ? 0 : 1);
}
