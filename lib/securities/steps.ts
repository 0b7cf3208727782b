// Owns long work in steps: between two steps the process does other things, such as sending a tick.

import type { Clock } from "../clock.ts";

/** Yields after each step. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** A step handles at most this number of names or words: some 10 ms of work. */
export const namesAStepMax = 500;
/** Sorted keys cost less than names, so a step handles more of them. */
export const keysAStepMax = 10_000;

/** For few items, or where nothing else has to be done meanwhile. */
export function runAtOnce<T>(steps: Steps<T>): T {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/** Lets timers and requests have their turn after each step. */
export async function runWithPauses<T>(steps: Steps<T>, clock: Clock): Promise<T> {
  let step = steps.next();
  while (!step.done) {
    await clock.sleep(0);
    step = steps.next();
  }
  return step.value;
}

/** Calls `visit` for each item, in steps of at most `stepMax` items. */
export function* visitInSteps<T>(
  items: Iterable<T>,
  stepMax: number,
  visit: (item: T, position: number) => void,
): Steps<void> {
  let position = 0;
  for (const item of items) {
    visit(item, position++);
    if (position % stepMax === 0) yield;
  }
}

/** Sorts as Array.sort does, stable and by `isBefore`, in steps of at most `keysAStepMax` items. */
export function* sortInSteps<T>(
  items: readonly T[],
  isBefore: (a: T, b: T) => boolean,
): Steps<readonly T[]> {
  let runs: (readonly T[])[] = [];
  for (let start = 0; start < items.length; start += namesAStepMax) {
    const order = (a: T, b: T) => isBefore(a, b) ? -1 : isBefore(b, a) ? 1 : 0;
    runs.push(items.slice(start, start + namesAStepMax).sort(order));
    yield;
  }
  const step = { left: keysAStepMax };
  while (runs.length > 1) {
    const longer: (readonly T[])[] = [];
    for (let at = 0; at < runs.length; at += 2) {
      longer.push(yield* mergeInSteps(runs[at]!, runs[at + 1] ?? [], { isBefore, step }));
    }
    runs = longer;
  }
  return runs[0] ?? [];
}

/** Of equal items, those of `first` come first. Short merges share one step. */
function* mergeInSteps<T>(
  first: readonly T[],
  second: readonly T[],
  { isBefore, step }: { isBefore: (a: T, b: T) => boolean; step: { left: number } },
): Steps<readonly T[]> {
  const merged: T[] = [];
  let [a, b] = [0, 0];
  while (merged.length < first.length + second.length) {
    const takesSecond = a === first.length ||
      (b < second.length && isBefore(second[b]!, first[a]!));
    merged.push(takesSecond ? second[b++]! : first[a++]!);
    if (--step.left > 0) continue;
    step.left = keysAStepMax;
    yield;
  }
  return merged;
}
