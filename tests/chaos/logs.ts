// Owns what a chaos run reads in the instances' logs: which instance leads, and which lines must never appear.

import type { Instance, Unit } from "./topology.ts";
import type { Verdict } from "./verdict.ts";

const leadsMessage = "This instance polls the quote source now.";
const errorLevel = 50;
/** Errors that the service itself throws and handles while its store or its bus cannot be reached. */
const outageTypes = ["Problem", "RedisError"];
/** Lines for the operator, and lines of the platform about itself. */
const notices = /^(?:Quoteboard is at | {2}\w|Redis speaks |Deno\.serve: request\.signal )/;

/** All epochs that these instances acquired, before and after restarts. */
export function epochsTaken(units: readonly Unit[]): number[] {
  return units.flatMap((unit) => epochsIn(unit.outputs()));
}

/** The running instance with the newest epoch. Undefined if that instance was killed. */
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
    // The last line of a killed process may be incomplete.
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
