// Simulates the live path under faults: see docs/testing.md. SIMULATION_RUNS and SIMULATION_SEED change the number of runs and the seed.

import fc from "fast-check";
import assert from "node:assert/strict";
import { mutations } from "./mutations.ts";
import { anyPlan } from "./plan.ts";
import { searchForBreach, type SearchOptions } from "./search.ts";
import { simulate } from "./world.ts";

const runs = Number(Deno.env.get("SIMULATION_RUNS") ?? 10_000);
const seed = Number(Deno.env.get("SIMULATION_SEED") ?? 1);
const path = Deno.env.get("SIMULATION_PATH");
/** The difference between the seeds of the two halves. */
const secondHalf = 1_000_000;

Deno.test("whatever faults happen, prices never go back, one instance leads, and all prices are current again afterwards", async () => {
  const parts = path === undefined
    ? [seed, seed + secondHalf].map((half) => ({ runs: Math.ceil(runs / 2), seed: half }))
    : [{ runs: 1, seed, path }];
  const reports = await Promise.all(parts.map(searchAside));
  assert.equal(reports.join(""), "");
});

/** Runs half of the runs in a worker, because the machine has a second core. */
function searchAside(options: SearchOptions): Promise<string> {
  const worker = new Worker(import.meta.resolve("./search_worker.ts"), {
    type: "module",
  });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = (event) => {
    event.preventDefault();
    reject(new Error(event.message));
  };
  worker.postMessage(options);
  return promise.finally(() => worker.terminate());
}

Deno.test("a repeated run is the same, to the millisecond", async () => {
  for (const plan of fc.sample(anyPlan, { numRuns: 10, seed })) {
    const [first, second] = [
      await simulate(plan, { isTraced: true }),
      await simulate(plan, { isTraced: true }),
    ];
    assert.deepEqual(first, second);
  }
});

for (const [fault, mutation] of Object.entries(mutations)) {
  Deno.test(`the simulation notices when ${fault}, and its replay shows it again`, async () => {
    const found = await searchForBreach({ runs: 2_000, seed, mutation });
    assert.match(found?.promise ?? "nothing was noticed", mutation.breaks);
    assert.ok(found);
    const again = await searchForBreach({ runs: 1, seed, path: found.path, mutation });
    assert.equal(again?.report, found.report);
  });
}
