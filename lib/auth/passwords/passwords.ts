// Owns the queue before password hashing: one hash at a time, so that hashing takes one core at most; a bounded queue.

import type { Clock } from "../../clock.ts";
import { Problem } from "../../errors.ts";
import { hashPassword, verifyPassword } from "./argon2.ts";
import type { Busy } from "../auth.ts";
import { createTurns } from "../limits/keyed_queue.ts";

export interface Passwords {
  /** In PHC form. */
  hash(password: string): Promise<{ readonly kind: "ok"; readonly hash: string } | Busy>;
  verify(hash: string, password: string): Promise<{ readonly kind: "ok" | "mismatch" } | Busy>;
  /** The next job would be answered "busy". */
  isFull(): boolean;
  /** Jobs that still wait end in a Problem `unavailable`. */
  close(): void;
}

export interface PasswordsOptions {
  readonly clock: Clock;
  readonly argon2?: { hash: typeof hashPassword; verify: typeof verifyPassword };
}

/** The most jobs that wait: about 5 s of work. The next one is answered "busy". */
const waitingMax = 64;

/** A job that has waited longer is answered "busy" as well. */
const waitMaxMs = 15_000;

const busy = { kind: "busy" } as const;
/** All jobs wait in one queue. */
const queue = "passwords";

export function createPasswords(
  { clock, argon2 = { hash: hashPassword, verify: verifyPassword } }: PasswordsOptions,
): Passwords {
  const turns = createTurns({ waitingMax });
  let closed = false;

  async function run<T>(work: () => Promise<T>): Promise<T | Busy> {
    const since = clock.now();
    const outcome = await turns.take<T | Busy>(queue, () => {
      if (closed) throw new Problem("unavailable");
      return clock.now() - since > waitMaxMs ? Promise.resolve(busy) : work();
    });
    return outcome ?? busy;
  }

  return {
    hash: (password) =>
      run(async () => ({ kind: "ok", hash: await argon2.hash(normalizePassword(password)) })),
    verify: (hash, password) =>
      run(async () => {
        const matches = await argon2.verify(hash, normalizePassword(password));
        return { kind: matches ? "ok" : "mismatch" };
      }),
    isFull: () => turns.isFull(queue),
    close() {
      closed = true;
    },
  };
}

/** Keyboards send the same characters as different code points; half of a surrogate pair counts as none. */
export function normalizePassword(password: string): string {
  return password.toWellFormed().normalize("NFKC");
}
