// Owns the order of closing, in two phases: first the work ends, then the resources that it used are closed.

export interface Closable {
  close(): Promise<void> | void;
}

export function createClosing() {
  const work: (() => Promise<void>)[] = [];
  const resources: Closable[] = [];
  return {
    /** Called on the line after the one that creates the work. */
    addWork(end: () => Promise<void>): void {
      work.push(end);
    },
    /** Registers a resource and returns it: called on the line that creates it. */
    add<T extends Closable>(resource: T): T {
      resources.push(resource);
      return resource;
    },
    /** Side by side: a poller frees its lease while sockets are still drained. */
    async endWork(): Promise<void> {
      await Promise.all(work.map((end) => end()));
    },
    /** The resource that was opened last is closed first. */
    async close(): Promise<void> {
      for (const resource of resources.reverse()) await resource.close();
    },
  };
}
