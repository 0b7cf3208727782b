// Owns sorted keys with ranks: yields the ranks of the keys with a given prefix, smallest first, without visiting all keys.

import { keysAStepMax, sortInSteps, type Steps, visitInSteps } from "../steps.ts";

export interface RankedKey {
  readonly key: string;
  /** The position among the securities: 0 is the most watched one. */
  readonly rank: number;
}

export interface RankedKeys {
  /** Yields lazily, the smallest rank first. A rank appears once for each of its keys with the prefix. */
  startingWith(prefix: string): Iterable<number>;
  equalTo(key: string): Iterable<number>;
  /** The number of keys that start with the prefix. */
  count(prefix: string): number;
}

interface Span {
  readonly from: number;
  readonly to: number;
  /** The index of the smallest rank in the span. */
  readonly best: number;
}

/**
 * The keys are sorted, so the keys with one prefix are a span. A tree of minima yields the k smallest ranks of a span in
 * O(k log n). So a query of one letter over 100,000 securities costs about as much as a query of a whole word.
 */
export function* createRankedKeys(entries: readonly RankedKey[]): Steps<RankedKeys> {
  const sorted = yield* sortInSteps(entries, (a, b) => a.key < b.key);
  const keys: string[] = [];
  const ranks = new Int32Array(sorted.length);
  yield* visitInSteps(sorted, keysAStepMax, ({ key, rank }, position) => {
    keys.push(key);
    ranks[position] = rank;
  });
  const bestIn = createMinima(ranks);

  /** The index of the first key that is not below the searched one. */
  function lowerBound(isBelow: (key: string) => boolean): number {
    let from = 0;
    let to = keys.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (isBelow(keys[middle]!)) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  function spanOf(prefix: string): [number, number] {
    return [
      lowerBound((key) => key < prefix),
      lowerBound((key) => key < prefix || key.startsWith(prefix)),
    ];
  }

  function* smallestFirst(from: number, to: number): Generator<number> {
    /** Sorted: the span with the smallest rank is the last one. */
    const spans: Span[] = [];
    function add(from: number, to: number): void {
      if (from >= to) return;
      const best = bestIn(from, to);
      const rank = ranks[best]!;
      let [low, high] = [0, spans.length];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (ranks[spans[middle]!.best]! > rank) low = middle + 1;
        else high = middle;
      }
      spans.splice(low, 0, { from, to, best });
    }

    add(from, to);
    for (let span = spans.pop(); span; span = spans.pop()) {
      yield ranks[span.best]!;
      add(span.from, span.best);
      add(span.best + 1, span.to);
    }
  }

  return {
    startingWith: (prefix) => smallestFirst(...spanOf(prefix)),
    equalTo: (key) =>
      smallestFirst(lowerBound((other) => other < key), lowerBound((other) => other <= key)),
    count(prefix) {
      const [from, to] = spanOf(prefix);
      return to - from;
    },
  };
}

/** Returns a function that finds the index of the smallest value of a span [from, to) in O(log n). */
function createMinima(values: Int32Array): (from: number, to: number) => number {
  const size = values.length;
  const tree = new Int32Array(2 * size);
  const smaller = (a: number, b: number) => values[b]! < values[a]! ? b : a;
  for (let index = 0; index < size; index++) tree[size + index] = index;
  for (let node = size - 1; node > 0; node--) {
    tree[node] = smaller(tree[2 * node]!, tree[2 * node + 1]!);
  }

  return (from, to) => {
    let best = from;
    for (let [low, high] = [from + size, to + size]; low < high; low >>= 1, high >>= 1) {
      if (low & 1) best = smaller(best, tree[low++]!);
      if (high & 1) best = smaller(best, tree[--high]!);
    }
    return best;
  };
}
