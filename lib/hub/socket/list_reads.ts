// Owns the reads of a socket's lists: one after the other, each repeated while the store fails. A slow read holds up nothing else for long.

import type { Clock } from "../../clock.ts";
import { liveLimits } from "../../protocol.ts";
import { SerialTasks } from "./serial_tasks.ts";

/** The client's next messages wait for a read this long, so that answers come in the order of the messages. */
export const patienceMs = 1_000;
/** The pause before a failed read is repeated: it doubles each time. */
const pauseMsMin = 1_000;
const pauseMsMax = 30_000;

export interface ListReadsOptions {
  readonly clock: Clock;
  /** Then nobody waits for reads. */
  readonly isStoreFailing: () => boolean;
  /** Using what was read failed. */
  readonly failed: (error: unknown) => void;
}

export class ListReads {
  readonly #options: ListReadsOptions;
  readonly #tasks: SerialTasks;
  #isStopped = false;
  #endPause = () => {};

  constructor(options: ListReadsOptions) {
    this.#options = options;
    this.#tasks = new SerialTasks(options.failed);
  }

  /** Resolves once the outcome was used, or after `patienceMs`: the read goes on, and its outcome is used later. */
  async run<Outcome>(
    read: () => Promise<Outcome>,
    use: (outcome: Outcome) => void,
  ): Promise<void> {
    const { clock, isStoreFailing } = this.#options;
    const done = Promise.withResolvers<void>();
    this.#tasks.add(async () => {
      try {
        await this.#repeat(read, use);
      } finally {
        done.resolve();
      }
    });
    // The client's messages wait behind too many reads. Their own bound ends the socket of a client that goes on.
    if (this.#tasks.waitingCount >= liveLimits.waitingMax) return await done.promise;
    const cancel = clock.after(isStoreFailing() ? 0 : patienceMs, done.resolve);
    await done.promise;
    cancel();
  }

  /** Nothing is read or used any more. */
  stop(): void {
    this.#isStopped = true;
    this.#tasks.drop();
    this.#endPause();
  }

  async #repeat<Outcome>(read: () => Promise<Outcome>, use: (outcome: Outcome) => void) {
    for (let pauseMs = pauseMsMin; !this.#isStopped; pauseMs = Math.min(2 * pauseMs, pauseMsMax)) {
      let outcome: Outcome;
      try {
        outcome = await read();
      } catch {
        // The reader of the lists has logged it. At random, so that not all sockets try at the same time.
        await this.#pause(pauseMs * (1 + Math.random()) / 2);
        continue;
      }
      if (!this.#isStopped) use(outcome);
      return;
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(ms, resolve);
      this.#endPause = () => {
        cancel();
        resolve();
      };
    });
  }
}
