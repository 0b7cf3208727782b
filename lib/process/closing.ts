// Owns the order of closing, in two phases: first all work ends, then the resources that the work used are closed.

export interface Closable {
  close(): Promise<void> | void;
}

export function createClosing() {
  const work: ((withinMs: number) => Promise<void>)[] = [];
  const resources: Closable[] = [];
  return {
    /** Registers work. Call it on the line after the one that creates the work. */
    addWork(end: (withinMs: number) => Promise<void>): void {
      work.push(end);
    },
    /** Registers a resource and returns it. Call it on the line that creates the resource. */
    add<T extends Closable>(resource: T): T {
      resources.push(resource);
      return resource;
    },
    /**
     * Ends all work at once, so that the poller releases its lease while sockets are still drained. Work that takes long
     * by itself gets the longest time that it may take.
     */
    async endWork(withinMs = Infinity): Promise<void> {
      await Promise.all(work.map((end) => end(withinMs)));
    },
    /** Closes the resources. The one that was created last is closed first. */
    async close(): Promise<void> {
      for (const resource of resources.reverse()) await resource.close();
    },
  };
}
