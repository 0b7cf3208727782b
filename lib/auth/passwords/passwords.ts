// Owns the line before password hashing: one at a time, so that it takes one core at most, and a bound.

import type { Clock } from "../../clock.ts";
import { Problem } from "../../errors.ts";
import { hashPassword, verifyPassword } from "./argon2.ts";
import type { Busy } from "../auth.ts";
import { normalizePassword } from "./rules.ts";
import { createTurns } from "../limits/turns.ts";

export interface Passwords {
  /** In PHC form. */
  hash(password: string): Promise<{ readonly kind: "ok"; readonly hash: string } | Busy>;
  verify(hash: string, password: string): Promise<{ readonly kind: "ok" | "mismatch" } | Busy>;
  /** One more job would be answered "busy". */
  isFull(): boolean;
  /** What still waits ends in a Problem `unavailable`. */
  close(): void;
}

export interface PasswordsOptions {
  readonly clock: Clock;
  readonly argon2?: { hash: typeof hashPassword; verify: typeof verifyPassword };
}

/** Besides the one being worked on: about 5 s of work. One more is answered "busy". */
const waitingMax = 64;

/** Whose turn comes later than that is answered "busy" as well. */
const waitMaxMs = 15_000;

const busy = { kind: "busy" } as const;

export function createPasswords(
  { clock, argon2 = { hash: hashPassword, verify: verifyPassword } }: PasswordsOptions,
): Passwords {
  const turns = createTurns({ waitingMax });
  const line = "passwords";
  let closed = false;

  async function run<T>(work: () => Promise<T>): Promise<T | Busy> {
    const since = clock.now();
    const outcome = await turns.take<T | Busy>(line, () => {
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
    isFull: () => turns.isFull(line),
    close() {
      closed = true;
    },
  };
}
