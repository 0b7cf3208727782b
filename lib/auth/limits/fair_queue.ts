// Owns one queue for all keys: one job runs at a time, and the keys take turns, so that a key with many jobs delays no other.

export interface FairQueue {
  /** Runs the job when its key has its turn. Undefined if the job was refused at once, or later to make room for another key. */
  run<T>(key: string, job: () => Promise<T>): Promise<T | undefined>;
  /** True if the next job of this key would be refused at once. */
  isFull(key: string): boolean;
}

export interface FairQueueOptions {
  /** At most this number of jobs wait. A further one takes the place of the newest job of the key with the most, or is refused. */
  readonly waitingMax: number;
  /** At most this number of jobs of one key wait. A further one is refused. */
  readonly waitingPerKeyMax: number;
}

/** Says to a waiting job whether it may run now, or is refused. */
type Decide = (mayRun: boolean) => void;

export function createFairQueue({ waitingMax, waitingPerKeyMax }: FairQueueOptions): FairQueue {
  /** The waiting jobs by key, in the order of the turns. The key of the running job is in it too; its turn comes last. */
  const lines = new Map<string, Decide[]>();
  let waiting = 0;

  function longestLine(): Decide[] {
    return [...lines.values()].reduce((one, other) => other.length > one.length ? other : one, []);
  }

  function isFull(key: string): boolean {
    const own = lines.get(key)?.length ?? 0;
    if (own >= waitingPerKeyMax) return true;
    // Without "+ 1", two keys of equal length would take each other's places.
    return waiting >= waitingMax && longestLine().length <= own + 1;
  }

  function wait(key: string): Promise<boolean> {
    if (waiting >= waitingMax) {
      longestLine().pop()?.(false);
      waiting--;
    }
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const line = lines.get(key) ?? [];
    line.push(resolve);
    lines.set(key, line);
    waiting++;
    return promise;
  }

  /** Gives the turn to the next key. */
  function pass(endedKey: string): void {
    const own = lines.get(endedKey) ?? [];
    lines.delete(endedKey);
    if (own.length > 0) lines.set(endedKey, own);
    const [next] = lines.values();
    if (!next) return;
    waiting--;
    next.shift()?.(true);
  }

  return {
    isFull,
    async run(key, job) {
      if (lines.size === 0) lines.set(key, []);
      else if (isFull(key) || !await wait(key)) return undefined;
      try {
        return await job();
      } finally {
        pass(key);
      }
    },
  };
}
