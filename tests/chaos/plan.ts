// Owns what a seed stands for: which faults come in which order, for how long, alone or several at once. Injects nothing.

import fc from "fast-check";
import { type FaultKind, faultKinds } from "./faults.ts";

export interface Round {
  readonly kinds: readonly FaultKind[];
  readonly holdMs: number;
  /** Below 1: picks the instance among equals. */
  readonly choice: number;
}

/** A longer run begins the plan anew. */
const decks = 20;
/** Most faults come alone, some at the same time as others. */
const faultsAtOnce = [1, 1, 1, 2, 3];
const holdMsMin = 500;
const holdMsMax = 6_000;

/** Decks of all kinds, so that a short run meets as many as it can. */
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

/** What is gone cannot be frozen too. A leader may also be the instance that is picked: that is allowed for. */
function onePerPart(kinds: readonly FaultKind[]): FaultKind[] {
  return [...new Map(kinds.map((kind) => [kind.name.split(" ", 1)[0], kind])).values()];
}
