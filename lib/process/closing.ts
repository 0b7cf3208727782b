// Owns the order of closing: what was opened last is closed first.

export interface Closable {
  close(): Promise<void> | void;
}

export function createClosing() {
  const opened: Closable[] = [];
  return {
    /** Registers the close and hands the resource on: called on the line that creates it. */
    add<T extends Closable>(resource: T): T {
      opened.push(resource);
      return resource;
    },
    async close() {
      for (const resource of opened.reverse()) await resource.close();
    },
  };
}
