// Owns the search for a plan that breaks a promise, and the report of the smallest such plan, which can be replayed.

import fc from "fast-check";
import type { Mutation } from "./mutations.ts";
import { anyPlan, type Plan } from "./plan.ts";
import { timelineOf } from "./timeline.ts";
import { simulate } from "./world.ts";

export interface SearchOptions {
  readonly runs: number;
  readonly seed: number;
  /** Fast-check's path to one plan. If set, only that plan runs. */
  readonly path?: string | undefined;
  readonly mutation?: Mutation;
}

export interface Found {
  readonly plan: Plan;
  readonly promise: string;
  /** Fast-check's path to the smallest plan. */
  readonly path: string;
  /** For people: the plan, the last events, and how to replay the run. */
  readonly report: string;
}

const lastHappeningsMax = 40;

/** Undefined if every run kept every promise. */
export async function searchForBreach(
  { runs, seed, path, mutation }: SearchOptions,
): Promise<Found | undefined> {
  const keepsPromises = fc.asyncProperty(anyPlan, async (plan) => {
    const { broken } = await simulate(plan, { mutation });
    return broken === undefined;
  });
  const details = await fc.check(keepsPromises, {
    numRuns: path === undefined ? runs : 1,
    seed,
    ...(path !== undefined && { path, endOnFailure: true }),
  });
  const [plan] = details.counterexample ?? [];
  if (!plan) return undefined;
  const { broken, happenings } = await simulate(plan, { mutation, isTraced: true });
  const promise = broken?.promise ?? "It did not happen again: the run is not deterministic";
  const smallest = details.counterexamplePath ?? "";
  const replay = `SIMULATION_SEED=${seed} SIMULATION_PATH=${smallest} ` +
    "npx deno test --filter faults --allow-env --allow-read --allow-sys=hostname tests/simulation/simulation_test.ts";
  const report = [
    `After ${((broken?.atMs ?? 0) / 1_000).toFixed(1)} s: ${promise}`,
    "",
    timelineOf(plan),
    "",
    "What happened last, by milliseconds since the start:",
    ...happenings.slice(-lastHappeningsMax).map((line) => line.slice(0, 240)),
    "",
    `Replay: ${replay}`,
  ].join("\n");
  return { plan, promise, path: smallest, report };
}
