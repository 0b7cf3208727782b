// Owns running all tests: the groups one after the other, the files of a group at once, and one summary at the end.

import { denoTestArgs, withLockCopies } from "./deno_command.ts";
import type { Group } from "./groups.ts";
import { type Outcome, type Program, runSideBySide } from "./side_by_side.ts";
import { summaryLine, sumOf, totalsOf } from "./totals.ts";

type Plan = Record<Group, readonly string[]>;

const cores = navigator.hardwareConcurrency;
/** A file of this group uses a third of a core. More files at once would delay the ticks they wait for. */
const waitingAtOnce = cores + 2;
/** The longest file takes 40 s. */
const deadlineMs = 600_000;

/** True if all tests passed. */
export function runSuite(plan: Plan): Promise<boolean> {
  const startedAt = Date.now();
  return withLockCopies(async (copyLock) => {
    const fileRun = async (path: string): Promise<Program> => ({
      name: path,
      args: denoTestArgs(await copyLock(), [path]),
    });
    const runs = (paths: readonly string[]) => Promise.all(paths.map(fileRun));
    const unit: Program = {
      name: "the unit tests",
      args: denoTestArgs(await copyLock(), ["--parallel", ...plan.unit]),
    };
    const stages = [
      { programs: [unit], atOnce: 1 },
      { programs: await runs(plan.waiting), atOnce: waitingAtOnce },
      { programs: await runs(plan.heavy), atOnce: cores },
    ];
    const outcomes: Outcome[] = [];
    for (const { programs, atOnce } of stages) {
      outcomes.push(...await runSideBySide(programs, { atOnce, deadlineMs, onEnd: show }));
    }
    return sumUp(outcomes, Date.now() - startedAt);
  });
}

function show({ output }: Outcome): void {
  console.info(output.trimEnd());
}

function sumUp(outcomes: readonly Outcome[], tookMs: number): boolean {
  const failed = outcomes.filter(({ success }) => !success);
  for (const { name } of failed) console.info(`Failed: ${name}`);
  const totals = sumOf(outcomes.map(totalsOf));
  console.info(`\n${summaryLine(totals, tookMs)}`);
  return failed.length === 0 && totals.failed === 0;
}
