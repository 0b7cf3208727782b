// Owns a timer with at most one callback: setting it again replaces the callback.

import type { Clock } from "./ports.ts";

export interface Timer {
  /** Replaces the former callback. */
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
