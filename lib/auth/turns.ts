// Owns turns: work under one key is done one after another, work under different keys side by side.

export type InTurn = <T>(key: string, work: () => Promise<T>) => Promise<T | undefined>;

/** Work that would wait behind `waitingMax` others under its key is not done: the answer is undefined. */
export function createTurns({ waitingMax }: { waitingMax: number }): InTurn {
  const lines = new Map<string, { length: number; last: Promise<void> }>();

  return async (key, work) => {
    const line = lines.get(key) ?? { length: 0, last: Promise.resolve() };
    if (line.length > waitingMax) return undefined;
    const { promise: done, resolve: end } = Promise.withResolvers<void>();
    const before = line.last;
    line.last = done;
    line.length++;
    lines.set(key, line);
    try {
      await before;
      return await work();
    } finally {
      end();
      if (--line.length === 0) lines.delete(key);
    }
  };
}
