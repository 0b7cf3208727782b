// Owns adding up the results of several runs of `deno test`, in the format of Deno's own summary.

import { stripVTControlCharacters } from "node:util";

export interface Totals {
  readonly passed: number;
  readonly passedSteps: number;
  readonly failed: number;
  readonly failedSteps: number;
  readonly ignored: number;
}

export const noTests: Totals = {
  passed: 0,
  passedSteps: 0,
  failed: 0,
  failedSteps: 0,
  ignored: 0,
};

/** Reads the result of one run. A failed run has at least one failure, even if it ended before its summary. */
export function totalsOf({ output, success }: { output: string; success: boolean }): Totals {
  const lines = stripVTControlCharacters(output).split("\n");
  const summary = lines.findLast((line) => /^(ok|FAILED) \| \d+ passed/.test(line)) ?? "";
  const count = (pattern: RegExp) => Number(pattern.exec(summary)?.[1] ?? 0);
  const failed = count(/\| (\d+) failed/);
  const isUntold = !success || summary === "";
  return {
    passed: count(/\| (\d+) passed/),
    passedSteps: count(/passed \((\d+) step/),
    failed: isUntold ? Math.max(failed, 1) : failed,
    failedSteps: count(/failed \((\d+) step/),
    ignored: count(/\| (\d+) ignored/),
  };
}

export function sumOf(totals: readonly Totals[]): Totals {
  return totals.reduce((sum, each) => ({
    passed: sum.passed + each.passed,
    passedSteps: sum.passedSteps + each.passedSteps,
    failed: sum.failed + each.failed,
    failedSteps: sum.failedSteps + each.failedSteps,
    ignored: sum.ignored + each.ignored,
  }), noTests);
}

/** In Deno's format: `ok | 120 passed (3 steps) | 0 failed (1m20s)`. */
export function summaryLine(totals: Totals, tookMs: number): string {
  const { passed, passedSteps, failed, failedSteps, ignored } = totals;
  const parts = [
    failed === 0 ? "ok" : "FAILED",
    `${passed} passed${stepsText(passedSteps)}`,
    `${failed} failed${stepsText(failedSteps)}`,
    ...(ignored > 0 ? [`${ignored} ignored`] : []),
  ];
  return `${parts.join(" | ")} (${durationText(tookMs)})`;
}

function stepsText(steps: number): string {
  if (steps === 0) return "";
  return ` (${steps} ${steps === 1 ? "step" : "steps"})`;
}

function durationText(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds}s` : `${minutes}m${seconds % 60}s`;
}
