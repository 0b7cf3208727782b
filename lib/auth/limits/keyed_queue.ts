// Owns queues by key: jobs under one key run one after another, jobs under different keys side by side.

export interface Turns {
  /** Undefined if `waitingMax` jobs already wait under the key: this one is not run. */
  take<T>(key: string, work: () => Promise<T>): Promise<T | undefined>;
  isFull(key: string): boolean;
}

export function createTurns({ waitingMax }: { waitingMax: number }): Turns {
  const lines = new Map<string, { length: number; last: Promise<void> }>();
  const isFull = (key: string) => (lines.get(key)?.length ?? 0) > waitingMax;

  return {
    isFull,
    async take(key, work) {
      if (isFull(key)) return undefined;
      const line = lines.get(key) ?? { length: 0, last: Promise.resolve() };
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
    },
  };
}
