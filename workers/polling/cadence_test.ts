import assert from "node:assert/strict";
import { createCadence } from "./cadence.ts";

const perMinute = (calls: number) => calls / 60_000;

/** The cadences chosen at marks 30 s apart. */
function choices(pollIntervalMs: number, demands: readonly (readonly [number, number])[]) {
  const cadence = createCadence(pollIntervalMs);
  return demands.map(([tickCost, callsPerMinute], index) => {
    cadence.choose({ tickCost, ratePerMs: perMinute(callsPerMinute), now: index * 30_000 });
    return cadence.ms;
  });
}

Deno.test("it slows down from 5 to 10 to 30 seconds, only as far as the budget requires", () => {
  const chosen = [12, 11, 6, 5, 2, 1].map((calls) => choices(5_000, [[1, calls]])[0]);
  assert.deepEqual(chosen, [5_000, 10_000, 10_000, 30_000, 30_000, 30_000]);
  assert.deepEqual(choices(5_000, [[0, 0]]), [5_000]);
  assert.deepEqual(choices(5_000, [[1_000, Infinity]]), [5_000]);
});

Deno.test("it is never faster than configured", () => {
  assert.deepEqual(choices(20_000, [[1, 1_000]]), [20_000]);
  assert.deepEqual(choices(60_000, [[5, 1]]), [60_000]);
  assert.deepEqual(choices(2_000, [[1, 30], [1, 20]]), [2_000, 10_000]);
});

Deno.test("it slows down at once, but recovers only when a faster cadence has fitted for a minute", () => {
  const demands = [[3, 12], [1, 12], [1, 12], [1, 12], [1, 12]] as const;
  assert.deepEqual(choices(5_000, demands), [30_000, 30_000, 30_000, 5_000, 5_000]);
  const flickering = [[2, 12], [1, 14], [2, 14], [1, 14], [2, 14], [1, 14]] as const;
  assert.ok(choices(5_000, flickering).every((ms) => ms === 10_000));
});
