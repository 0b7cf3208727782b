// Owns the queue before the password worker: its bound, its deadline, and a new worker for one that died.

import type { Clock } from "../clock.ts";
import { Problem } from "../errors.ts";
import type { Busy } from "./auth.ts";
import { normalizePassword } from "./password_rules.ts";
import type { PasswordAnswer, PasswordJob, PasswordWork } from "./password_worker.ts";

export interface Passwords {
  /** In PHC form. */
  hash(password: string): Promise<{ readonly kind: "ok"; readonly hash: string } | Busy>;
  verify(hash: string, password: string): Promise<{ readonly kind: "ok" | "mismatch" } | Busy>;
  /** One more job would be answered "busy". */
  isFull(): boolean;
  /** What still waits ends in a Problem `unavailable`. */
  close(): void;
}

/** The part of a Worker this file uses. */
export interface WorkerPort {
  postMessage(job: PasswordJob): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<PasswordAnswer>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

export interface PasswordsOptions {
  readonly clock: Clock;
  readonly startWorker?: () => WorkerPort;
}

/** One is being worked on, 64 wait: about 3 s of work. One more is answered "busy". */
const jobsMax = 65;

/** A job that takes longer ends in a Problem `unavailable`; a worker silent that long is replaced. */
const jobTimeoutMs = 15_000;

/**
 * Checked in place of a missing user's hash, so that an unknown name costs what a wrong password costs. Made of a
 * random password that was thrown away, with the parameters of password_worker.ts.
 */
export const unknownUserHash =
  "$argon2id$v=19$m=19456,t=2,p=1$hFKRfQ9U2BBkXdq19f4UYA$lC7kZjlTCCoaxASzyNQaIZqwuIO+/oOAM59mNOebQ5A";

/**
 * Each hash takes 19 MiB of WebAssembly memory that is collected late: under load one worker grew to 700 MB. A new one
 * now and then costs 4 ms a job and keeps it near 300 MB.
 */
const jobsAWorker = 16;

interface Waiting {
  resolve(result: string): void;
  reject(error: unknown): void;
  readonly since: number;
  cancelDeadline(): void;
}

export function createPasswords(
  { clock, startWorker = startPasswordWorker }: PasswordsOptions,
): Passwords {
  const waiting = new Map<number, Waiting>();
  let worker: WorkerPort | undefined;
  let lastId = 0;
  let lastAnswerAt = 0;
  let answered = 0;
  /** Not yet handed to the worker, which has one job at a time. */
  const queue: PasswordJob[] = [];
  let isWorking = false;
  let closed = false;

  function settle(id: number): Waiting | undefined {
    const job = waiting.get(id);
    waiting.delete(id);
    job?.cancelDeadline();
    return job;
  }

  function endWorker(): void {
    worker?.terminate();
    worker = undefined;
  }

  /** The next job starts a new worker. */
  function dropWorker(cause: Error): void {
    endWorker();
    isWorking = false;
    queue.length = 0;
    for (const id of [...waiting.keys()]) {
      settle(id)?.reject(new Problem("unavailable", { cause }));
    }
  }

  function onDeadline(id: number): void {
    const cause = new Error(`A password job took longer than ${jobTimeoutMs} ms`);
    const job = settle(id);
    job?.reject(new Problem("unavailable", { cause }));
    if (job && lastAnswerAt <= job.since) dropWorker(cause);
  }

  function onAnswer(answer: PasswordAnswer): void {
    lastAnswerAt = clock.now();
    const job = settle(answer.id);
    if ("result" in answer) job?.resolve(answer.result);
    else job?.reject(new Error(`The password worker failed: ${answer.failure}`));
    if (++answered % jobsAWorker === 0) endWorker();
    isWorking = false;
    workOn();
  }

  function workOn(): void {
    const job = isWorking ? undefined : queue.shift();
    if (!job) return;
    isWorking = true;
    runningWorker().postMessage(job);
  }

  function runningWorker(): WorkerPort {
    if (worker) return worker;
    const started = startWorker();
    started.onmessage = ({ data }) => onAnswer(data);
    started.onerror = (event) => {
      // Unless prevented, a worker's error ends the whole process.
      event.preventDefault();
      dropWorker(new Error(`The password worker died: ${event.message}`));
    };
    return worker = started;
  }

  /** Undefined: the queue is full. */
  function run(work: PasswordWork): Promise<string | undefined> {
    if (closed) return Promise.reject(new Problem("unavailable"));
    if (waiting.size >= jobsMax) return Promise.resolve(undefined);
    const id = ++lastId;
    return new Promise((resolve, reject) => {
      const cancelDeadline = clock.after(jobTimeoutMs, () => onDeadline(id));
      waiting.set(id, { resolve, reject, since: clock.now(), cancelDeadline });
      queue.push({ ...work, id, password: normalizePassword(work.password) });
      workOn();
    });
  }

  return {
    async hash(password) {
      const hash = await run({ kind: "hash", password });
      return hash === undefined ? { kind: "busy" } : { kind: "ok", hash };
    },
    async verify(hash, password) {
      const result = await run({ kind: "verify", hash, password });
      if (result === undefined) return { kind: "busy" };
      return { kind: result === "match" ? "ok" : "mismatch" };
    },
    isFull: () => waiting.size >= jobsMax,
    close() {
      closed = true;
      dropWorker(new Error("The password worker was closed"));
    },
  };
}

function startPasswordWorker(): WorkerPort {
  return new Worker(new URL("./password_worker.ts", import.meta.url), {
    type: "module",
    name: "passwords",
    deno: { permissions: "none" },
  });
}
