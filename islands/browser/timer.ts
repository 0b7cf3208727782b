// Owns a timer that can be set anew: one at a time, the last one set counts.

import type { Clock } from "./ports.ts";

export interface Timer {
  /** Replaces what was set before. */
  set(ms: number, callback: () => void): void;
  clear(): void;
  isSet(): boolean;
}

export function createTimer(clock: Clock): Timer {
  let cancel: (() => void) | undefined;
  function clear(): void {
    cancel?.();
    cancel = undefined;
  }
  return {
    clear,
    isSet: () => cancel !== undefined,
    set(ms, callback) {
      clear();
      cancel = clock.after(ms, () => {
        cancel = undefined;
        callback();
      });
    },
  };
}
