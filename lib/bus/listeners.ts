// Owns delivery to listeners within the process: everything in order, to everybody. Knows nothing of what is delivered.

import type { Log } from "../log.ts";
import type { Unsubscribe } from "./bus.ts";

export interface Listeners<T> {
  add(listener: (value: T) => void): Unsubscribe;
  /** A listener that throws stops neither the others nor the caller. */
  deliver(value: T): void;
  clear(): void;
}

export function createListeners<T>(log: Log): Listeners<T> {
  const entries = new Set<{ readonly listener: (value: T) => void }>();
  /** Holds more than one value only while a listener itself causes deliveries. */
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
