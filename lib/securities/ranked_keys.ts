// Owns sorted keys with ranks: finds the ranks with a key of a given prefix, smallest first, without visiting all of them.

export interface RankedKey {
  readonly key: string;
  /** The place in the order of most watched; 0 is the first. */
  readonly rank: number;
}

export interface RankedKeys {
  /** Lazily, smallest rank first; a rank appears once for each of its keys with the prefix. */
  startingWith(prefix: string): Iterable<number>;
  equalTo(key: string): Iterable<number>;
  /** How many keys start with the prefix. */
  count(prefix: string): number;
}

interface Span {
  readonly from: number;
  readonly to: number;
  /** The place of the smallest rank in the span. */
  readonly best: number;
}

/**
 * Keys are sorted, so that a prefix is a span of keys. A tree of minima over the ranks yields the first k of any span
 * in O(k log n): one letter over 100,000 securities costs about as much as a whole word.
 */
export function createRankedKeys(entries: readonly RankedKey[]): RankedKeys {
  const byKey = Map.groupBy(entries, (entry) => entry.key);
  const sorted = [...byKey.keys()].sort().flatMap((key) => byKey.get(key) ?? []);
  const keys = sorted.map((entry) => entry.key);
  const ranks = Int32Array.from(sorted, (entry) => entry.rank);
  const bestIn = createMinima(ranks);

  /** The first place whose key is not below the text. */
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
    /** The span with the smallest rank is last. */
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

/** Finds the place of the smallest value of a span [from, to) in O(log n). */
function createMinima(values: Int32Array): (from: number, to: number) => number {
  const size = values.length;
  const tree = new Int32Array(2 * size);
  const smaller = (a: number, b: number) => values[b]! < values[a]! ? b : a;
  for (let place = 0; place < size; place++) tree[size + place] = place;
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
