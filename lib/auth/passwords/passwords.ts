// Owns the bounded queue of password hashing: one hash is computed at a time, so hashing uses at most one core.

import type { Clock } from "../../clock.ts";
import { Problem } from "../../errors.ts";
import type { Caller } from "../../identity.ts";
import { hashPassword, verifyPassword } from "./argon2.ts";
import type { Busy } from "../auth.ts";
import { createFairQueue } from "../limits/fair_queue.ts";

/** For whom a job is done: the networks of the callers take turns. */
export type Asker = Pick<Caller, "network">;

export interface Passwords {
  /** Returns the hash in PHC form. */
  hash(
    password: string,
    asker: Asker,
  ): Promise<{ readonly kind: "ok"; readonly hash: string } | Busy>;
  /** If the password is wrong, the decoys are checked too, as part of the same job. */
  verify(
    hash: string,
    password: string,
    asker: Asker,
    decoys?: readonly string[],
  ): Promise<{ readonly kind: "ok" | "mismatch" } | Busy>;
  /** True if the next job of this asker would be answered "busy". */
  isFull(asker: Asker): boolean;
  /** Jobs that still wait, and later ones, throw a Problem `unavailable`. */
  close(): void;
}

export interface PasswordsOptions {
  readonly clock: Clock;
  readonly argon2?: { hash: typeof hashPassword; verify: typeof verifyPassword };
}

/**
 * At most this number of jobs wait, which is about 5 s of work. A further job takes the place of the newest job of the
 * network with the most, which is answered "busy". If no network has two jobs more than the others, the further job is.
 */
const waitingMax = 64;

/** At most this number of jobs of one network wait: about 3 s of work. The next one is answered "busy". */
const waitingPerNetworkMax = 32;

/** A job that has waited longer is answered "busy" too. */
const waitMaxMs = 15_000;

const busy = { kind: "busy" } as const;

export function createPasswords(
  { clock, argon2 = { hash: hashPassword, verify: verifyPassword } }: PasswordsOptions,
): Passwords {
  const queue = createFairQueue({ waitingMax, waitingPerKeyMax: waitingPerNetworkMax });
  let closed = false;

  async function enqueue<T>({ network }: Asker, job: () => Promise<T>): Promise<T | Busy> {
    const enqueuedAt = clock.now();
    const outcome = await queue.run<T | Busy>(network, () => {
      if (closed) throw new Problem("unavailable");
      return clock.now() - enqueuedAt > waitMaxMs ? Promise.resolve(busy) : job();
    });
    return outcome ?? busy;
  }

  return {
    hash: (password, asker) =>
      enqueue(
        asker,
        async () => ({ kind: "ok", hash: await argon2.hash(normalizePassword(password)) }),
      ),
    verify: (hash, password, asker, decoys = []) =>
      enqueue(asker, async () => {
        const normalized = normalizePassword(password);
        if (await argon2.verify(hash, normalized)) return { kind: "ok" };
        for (const decoy of decoys) await argon2.verify(decoy, normalized);
        return { kind: "mismatch" };
      }),
    isFull: ({ network }) => queue.isFull(network),
    close() {
      closed = true;
    },
  };
}

/** NFKC, because keyboards send the same character as different code points. Half a surrogate pair becomes U+FFFD. */
export function normalizePassword(password: string): string {
  return password.toWellFormed().normalize("NFKC");
}
