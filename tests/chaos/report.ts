// Owns the texts of a chaos run's report, for people to read. Judges nothing.

import type { ChaosReport, RoundReport } from "./run.ts";
import type { Violation } from "./verdict.ts";

const seconds = (ms: number) => (ms / 1_000).toFixed(1);

export function roundText({ faults, holdMs, recoveredMs, worstGapMs }: RoundReport): string {
  const name = faults.join(" + ");
  return `${name}, ${seconds(holdMs)} s: ticks again after ${seconds(recoveredMs)} s, ` +
    `worst gap ${seconds(worstGapMs)} s`;
}

export function violationText({ kind, count, examples }: Violation): string {
  return `VIOLATION ${kind} (${count} times)\n${examples.map((it) => `    ${it}`).join("\n")}`;
}

/** Gaps count from tick to tick, so a gap of 5 s is normal. */
export function tableOf(report: ChaosReport): string {
  const rows = [["fault", "times", "ticks again within s", "promised", "worst gap s"]];
  const names = new Set(report.rounds.map(nameOf));
  for (const name of [...names].sort()) {
    const rounds = report.rounds.filter((round) => nameOf(round) === name);
    const worst = (of: (round: RoundReport) => number) => seconds(Math.max(...rounds.map(of)));
    rows.push([
      name,
      `${rounds.length}`,
      worst(({ recoveredMs }) => recoveredMs),
      worst(({ boundMs }) => boundMs),
      worst(({ worstGapMs }) => worstGapMs),
    ]);
  }
  const violations = report.violations.reduce((sum, { count }) => sum + count, 0);
  return [
    ...aligned(rows),
    "",
    `${report.seconds.toFixed(0)} s, ${report.rounds.length} rounds`,
    `${report.ticks} ticks seen on ${report.sockets} sockets; ${report.dropped} older prices dropped between sockets`,
    `${report.calls} upstream calls at ${report.marks} marks with ${report.leases} new leaders, ${report.callsMost} allowed`,
    `${report.changes} list changes acknowledged, ${report.changesUnknown} of unknown outcome`,
    `${violations} violations`,
  ].join("\n");
}

/** Two faults at once are written on one line. */
function nameOf({ faults }: RoundReport): string {
  return faults.toSorted().join(" + ");
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0))
  );
  return rows.map(([name = "", ...figures]) =>
    [
      name.padEnd(widths[0] ?? 0),
      ...figures.map((it, index) => it.padStart(widths[index + 1] ?? 0)),
    ]
      .join("  ")
  );
}
