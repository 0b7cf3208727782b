// Owns the plan that a seed produces: which faults happen in which order, for how long, alone or several at once. Injects nothing.

import fc from "fast-check";
import { type FaultKind, faultKinds } from "./faults.ts";

export interface Round {
  readonly kinds: readonly FaultKind[];
  readonly holdMs: number;
  /** In [0, 1): picks one of several instances. */
  readonly choice: number;
}

/** A run that is longer than these decks repeats the plan. */
const decks = 20;
/** Most faults happen alone, some at the same time as others. */
const faultsAtOnce = [1, 1, 1, 2, 3];
const holdMsMin = 500;
const holdMsMax = 6_000;

/** Each deck contains every kind of fault, so that a short run has as many kinds as possible. */
export function planOf(seed: number): readonly Round[] {
  const deck = fc.shuffledSubarray([...faultKinds], { minLength: faultKinds.length });
  const kinds = fc.sample(deck, { seed, numRuns: decks }).flat();
  const circumstances = fc.record({
    holdMs: fc.integer({ min: holdMsMin, max: holdMsMax }),
    choice: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    count: fc.constantFrom(...faultsAtOnce),
  });
  const rounds: Round[] = [];
  for (const { count, ...rest } of fc.sample(circumstances, { seed, numRuns: kinds.length })) {
    const taken = kinds.splice(0, count);
    if (taken.length > 0) rounds.push({ ...rest, kinds: onePerPart(taken) });
  }
  return rounds;
}

/** A killed process cannot be frozen too, so each part has one fault. The leader may also be the picked instance: that is allowed. */
function onePerPart(kinds: readonly FaultKind[]): FaultKind[] {
  return [...new Map(kinds.map((kind) => [kind.name.split(" ", 1)[0], kind])).values()];
}
