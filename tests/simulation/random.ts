// Owns random numbers that can be repeated: the same seed gives the same numbers. Not for secrets.

export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** An integer between the two bounds, both included. */
  between(min: number, max: number): number;
  /** True with this probability. */
  chance(share: number): boolean;
}

/** Mulberry32: 32 bits of state, evenly distributed, fast. */
export function createRandom(seed: number): Random {
  let state = seed | 0;
  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  return {
    next,
    between: (min, max) => min + Math.floor(next() * (max - min + 1)),
    chance: (share) => next() < share,
  };
}
