// Owns what a chaos run reads in the logs of the instances: who leads, and what must never stand there.

import type { Instance, Unit } from "./topology.ts";
import type { Verdict } from "./verdict.ts";

const leadsMessage = "This instance polls the quote source now.";
const errorLevel = 50;
/** What the service throws itself where its store or its bus is away: told, and handled. */
const outageTypes = ["Problem", "RedisError"];
/** Said to the operator, or by the platform about itself. */
const notices = /^(?:Quoteboard is at | {2}\w|Redis speaks |Deno\.serve: request\.signal )/;

/** The epochs that instances took, in all their lives. */
export function epochsTaken(units: readonly Unit[]): number[] {
  return units.flatMap((unit) => epochsIn(unit.outputs()));
}

/** Who took the newest epoch and lives; undefined: its holder was killed. */
export function findLeader(instances: readonly Instance[]): Instance | undefined {
  const newest = Math.max(...epochsTaken(instances));
  return instances.find((instance) => epochsIn(instance.output()).includes(newest));
}

function epochsIn(output: string): number[] {
  return linesWith(output, leadsMessage).map((line) => Number(JSON.parse(line).epoch));
}

function linesWith(output: string, text: string): string[] {
  return output.split("\n").filter((line) => line.endsWith("}") && line.includes(text));
}

export function checkLogs(
  units: readonly Unit[],
  { secrets, verdict }: { secrets: readonly string[]; verdict: Verdict },
) {
  for (const { name, outputs } of units) {
    const output = outputs();
    for (const secret of secrets) {
      if (output.includes(secret)) verdict.breach("a secret stands in a log", name);
    }
    // The last line of a killed process may be cut.
    for (const line of output.split("\n")) {
      if (isFault(line)) verdict.breach("a log tells an error", `${name}: ${line.slice(0, 600)}`);
    }
  }
}

function isFault(line: string): boolean {
  if (line.startsWith("{")) {
    if (!line.endsWith("}")) return false;
    const { level, err } = JSON.parse(line);
    return level >= errorLevel && !outageTypes.includes(err?.type);
  }
  return line.trim() !== "" && !notices.test(line);
}
