// Owns the counts of failed sign-ins and of registrations. Counts in this process only; passwords are not its matter.

import { RateLimiterMemory } from "rate-limiter-flexible";

export interface Throttle {
  /** How long this account may not be tried from this address; 0: now it may. */
  signInWaitMs(account: string, address: string): Promise<number>;
  signInFailed(account: string, address: string): Promise<void>;
  signInSucceeded(account: string, address: string): Promise<void>;
  registrationWaitMs(address: string): Promise<number>;
  /** Counts a registration before it is known how it ends, or tells how long to wait. */
  takeRegistration(address: string): Promise<number>;
  /** The registration was refused and does not count. */
  giveBackRegistration(address: string): Promise<void>;
}

const failuresMax = 10;
const failuresSpanSeconds = 5 * 60;
const registrationsSpanSeconds = 3_600;

/** Entries are bounded by the password queue: each counted attempt cost one Argon2id run, about 20 a second. */
export function createThrottle(
  { registrationsPerHour }: { registrationsPerHour: number },
): Throttle {
  const failures = new RateLimiterMemory({ points: failuresMax, duration: failuresSpanSeconds });
  const registrations = new RateLimiterMemory({
    points: registrationsPerHour,
    duration: registrationsSpanSeconds,
  });

  return {
    signInWaitMs: (account, address) => waitMs(failures, keyOf(account, address)),
    async signInFailed(account, address) {
      await failures.penalty(keyOf(account, address));
    },
    async signInSucceeded(account, address) {
      await failures.delete(keyOf(account, address));
    },
    registrationWaitMs: (address) => waitMs(registrations, address),
    async takeRegistration(address) {
      const { consumedPoints, msBeforeNext } = await registrations.penalty(address);
      if (consumedPoints <= registrationsPerHour) return 0;
      await registrations.reward(address);
      return Math.max(1, msBeforeNext);
    },
    async giveBackRegistration(address) {
      await registrations.reward(address);
    },
  };
}

function keyOf(account: string, address: string): string {
  return `${account} ${address}`;
}

async function waitMs(limiter: RateLimiterMemory, key: string): Promise<number> {
  const count = await limiter.get(key);
  return count && count.consumedPoints >= limiter.points ? Math.max(0, count.msBeforeNext) : 0;
}
