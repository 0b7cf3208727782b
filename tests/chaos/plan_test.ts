import assert from "node:assert/strict";
import { faultKinds } from "./faults.ts";
import { planOf } from "./plan.ts";

Deno.test("a seed always gives the same plan, another seed gives another plan, and a plan contains every kind of fault", () => {
  assert.deepEqual(planOf(1), planOf(1));
  assert.notDeepEqual(planOf(1), planOf(2));
  const met = new Set(planOf(1).flatMap(({ kinds }) => kinds));
  assert.deepEqual(met, new Set(faultKinds));
});
