// Owns the order of a socket's work: one task at a time, each finished before the next. Its user bounds the queue.

export type Task = () => void | Promise<void>;

export class SerialTasks {
  readonly #failed: (error: unknown) => void;
  #waiting: Task[] = [];
  #isWorking = false;

  /** A failing task is reported; the tasks behind it still run, unless they are dropped. */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** Runs within the call when nothing is under way. */
  add(task: Task): void {
    this.#waiting.push(task);
    if (!this.#isWorking) void this.#work();
  }

  drop(): void {
    this.#waiting = [];
  }

  async #work() {
    this.#isWorking = true;
    for (let task = this.#waiting.shift(); task; task = this.#waiting.shift()) {
      try {
        const pending = task();
        if (pending) await pending;
      } catch (error) {
        this.#failed(error);
      }
    }
    this.#isWorking = false;
  }
}
