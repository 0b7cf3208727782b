// Owns one simulated machine: its clock and timers, and whether it runs, is frozen or is dead. Runs nothing itself.

import { type Clock, createClock } from "../../lib/clock.ts";
import type { Scheduler } from "./scheduler.ts";

export interface Machine {
  /** Differs from the simulation's time by the skew. Its timers do not fire while the machine is frozen. */
  readonly clock: Clock;
  /** Runs an event from outside: now, after the thaw if the machine is frozen, or never if it is dead. */
  deliver(run: () => void): void;
  readonly isDead: boolean;
  /** Freezes the machine, as SIGSTOP does. Timers that are due meanwhile fire after the thaw, in the order of their times. */
  freeze(): void;
  thaw(): void;
  kill(): void;
}

export function createMachine(
  scheduler: Scheduler,
  { skewMs }: { skewMs: number },
): Machine {
  let state: "running" | "frozen" | "dead" = "running";
  let backlog: (() => void)[] = [];

  function deliver(run: () => void) {
    if (state === "running") run();
    else if (state === "frozen") backlog.push(run);
  }

  const now = () => scheduler.now() + skewMs;
  const clock = createClock({
    Date: { now },
    setTimeout(callback, ms) {
      let isCleared = false;
      const cancel = scheduler.at(scheduler.now() + ms, () => {
        // Another overdue timer may run first and clear this one.
        deliver(() => {
          if (!isCleared) callback();
        });
      });
      return () => {
        isCleared = true;
        cancel();
      };
    },
    clearTimeout: (cancel: () => void) => cancel(),
  });

  return {
    clock,
    deliver,
    get isDead() {
      return state === "dead";
    },
    freeze() {
      if (state === "running") state = "frozen";
    },
    thaw() {
      if (state !== "frozen") return;
      state = "running";
      const overdue = backlog;
      backlog = [];
      // Each one runs with all its microtasks before the next one, as in an event loop.
      for (const run of overdue) scheduler.at(scheduler.now(), () => deliver(run));
    },
    kill() {
      state = "dead";
      backlog = [];
    },
  };
}
