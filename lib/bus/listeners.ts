// Owns delivery within the process: each listener gets each value, in order. Knows nothing of the values.

import type { Log } from "../log.ts";
import type { Unsubscribe } from "./bus.ts";

export interface Listeners<T> {
  add(listener: (value: T) => void): Unsubscribe;
  /** A listener that throws does not stop the other listeners or the caller. */
  deliver(value: T): void;
  clear(): void;
}

export function createListeners<T>(log: Log): Listeners<T> {
  const entries = new Set<{ readonly listener: (value: T) => void }>();
  /** Has more than one value only while a listener itself delivers. */
  const queue: T[] = [];
  let delivering = false;

  function deliverOne(value: T) {
    for (const entry of [...entries]) {
      if (!entries.has(entry)) continue;
      try {
        entry.listener(value);
      } catch (error) {
        log.error({ err: error }, "A bus listener threw.");
      }
    }
  }

  return {
    add(listener) {
      const entry = { listener };
      entries.add(entry);
      return () => {
        entries.delete(entry);
      };
    },
    deliver(value) {
      queue.push(value);
      if (delivering) return;
      delivering = true;
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) deliverOne(next);
      delivering = false;
    },
    clear: () => entries.clear(),
  };
}
