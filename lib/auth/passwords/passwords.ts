// Owns the bounded queue of password hashing: one hash is computed at a time, so hashing uses at most one core.

import type { Clock } from "../../clock.ts";
import { Problem } from "../../errors.ts";
import { hashPassword, verifyPassword } from "./argon2.ts";
import type { Busy } from "../auth.ts";
import { createKeyedQueue } from "../limits/keyed_queue.ts";

export interface Passwords {
  /** Returns the hash in PHC form. */
  hash(password: string): Promise<{ readonly kind: "ok"; readonly hash: string } | Busy>;
  verify(hash: string, password: string): Promise<{ readonly kind: "ok" | "mismatch" } | Busy>;
  /** True if the next job would be answered "busy". */
  isFull(): boolean;
  /** Jobs that still wait, and later ones, throw a Problem `unavailable`. */
  close(): void;
}

export interface PasswordsOptions {
  readonly clock: Clock;
  readonly argon2?: { hash: typeof hashPassword; verify: typeof verifyPassword };
}

/** At most this number of jobs wait, which is about 5 s of work. The next job is answered "busy". */
const waitingMax = 64;

/** A job that has waited longer is answered "busy" too. */
const waitMaxMs = 15_000;

const busy = { kind: "busy" } as const;
/** All jobs have the same key, so they wait in one queue. */
const queueKey = "passwords";

export function createPasswords(
  { clock, argon2 = { hash: hashPassword, verify: verifyPassword } }: PasswordsOptions,
): Passwords {
  const queue = createKeyedQueue({ waitingMax });
  let closed = false;

  async function enqueue<T>(job: () => Promise<T>): Promise<T | Busy> {
    const enqueuedAt = clock.now();
    const outcome = await queue.run<T | Busy>(queueKey, () => {
      if (closed) throw new Problem("unavailable");
      return clock.now() - enqueuedAt > waitMaxMs ? Promise.resolve(busy) : job();
    });
    return outcome ?? busy;
  }

  return {
    hash: (password) =>
      enqueue(async () => ({ kind: "ok", hash: await argon2.hash(normalizePassword(password)) })),
    verify: (hash, password) =>
      enqueue(async () => {
        const matches = await argon2.verify(hash, normalizePassword(password));
        return { kind: matches ? "ok" : "mismatch" };
      }),
    isFull: () => queue.isFull(queueKey),
    close() {
      closed = true;
    },
  };
}

/** NFKC, because keyboards send the same character as different code points. Half a surrogate pair becomes U+FFFD. */
export function normalizePassword(password: string): string {
  return password.toWellFormed().normalize("NFKC");
}
