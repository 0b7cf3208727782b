// Owns one queue for each key: jobs with the same key run one after another, jobs with different keys run at once.

export interface KeyedQueue {
  /** Runs the job after the earlier ones of its key. Undefined, without running it, if `waitingMax` jobs wait already. */
  run<T>(key: string, job: () => Promise<T>): Promise<T | undefined>;
  isFull(key: string): boolean;
}

export function createKeyedQueue({ waitingMax }: { waitingMax: number }): KeyedQueue {
  const queues = new Map<string, { length: number; last: Promise<void> }>();
  const isFull = (key: string) => (queues.get(key)?.length ?? 0) > waitingMax;

  return {
    isFull,
    async run(key, job) {
      if (isFull(key)) return undefined;
      const queue = queues.get(key) ?? { length: 0, last: Promise.resolve() };
      const { promise: ended, resolve: end } = Promise.withResolvers<void>();
      const previous = queue.last;
      queue.last = ended;
      queue.length++;
      queues.set(key, queue);
      try {
        await previous;
        return await job();
      } finally {
        end();
        if (--queue.length === 0) queues.delete(key);
      }
    },
  };
}
