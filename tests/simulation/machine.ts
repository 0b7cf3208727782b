// Owns one simulated machine's share of time: its clock, its timers, and being frozen or dead. Runs nothing itself.

import { type Clock, createClock } from "../../lib/clock.ts";
import type { Scheduler } from "./scheduler.ts";

export interface Machine {
  /** Off by the machine's skew; its timers stand still while it is frozen. */
  readonly clock: Clock;
  /** Something from outside reaches the machine: now, or when it wakes, or never when it is dead. */
  deliver(run: () => void): void;
  readonly isDead: boolean;
  /** As SIGSTOP does: what falls due meanwhile happens at the wake-up, in the order in which it fell due. */
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
        // What was overdue in the freeze may be cleared by what ran before it.
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
      // One after the other, each with all that follows from it, as an event loop does.
      for (const run of overdue) scheduler.at(scheduler.now(), () => deliver(run));
    },
    kill() {
      state = "dead";
      backlog = [];
    },
  };
}
