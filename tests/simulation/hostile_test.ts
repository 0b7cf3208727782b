// Simulates hostile viewers: see docs/testing.md. SIMULATION_SEED changes the seed.

import fc from "fast-check";
import assert from "node:assert/strict";
import { anyHostilePlan } from "./hostile.ts";
import { hostileMutations } from "./mutations.ts";
import { timelineOf } from "./timeline.ts";
import { simulate } from "./world.ts";

const seed = Number(Deno.env.get("SIMULATION_SEED") ?? 1);
const plans = fc.sample(anyHostilePlan, { numRuns: 20, seed });

Deno.test("an honest user's ten tickers keep their cadence beside hostile accounts, and visitors cause no more calls than their credit", async () => {
  for (const plan of plans) {
    const { broken } = await simulate(plan);
    assert.equal(broken, undefined, `${broken?.atMs} ms: ${broken?.promise}\n${timelineOf(plan)}`);
  }
});

for (const [fault, mutation] of Object.entries(hostileMutations)) {
  Deno.test(`the simulation of hostile viewers notices when ${fault}`, async () => {
    const promises = new Set<string>();
    for (const plan of plans) {
      const promise = (await simulate(plan, { mutation })).broken?.promise;
      if (promise !== undefined) promises.add(promise);
      if (promise !== undefined && mutation.breaks.test(promise)) return;
    }
    assert.fail(`Noticed: ${[...promises].join() || "nothing"}`);
  });
}
