// Owns the limits on failed sign-ins and on registrations. Counts in this process only; passwords are not its matter.

import { createBoundedLimiter } from "./bounded_limiter.ts";
import { networkOf } from "./network.ts";

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

/** Of one account from one address: others, the owner among them, are not kept out. */
const failuresMax = 10;

/** Of all accounts from one address: a large office never comes near, who tries one password on each account does. */
export const addressFailuresMax = 1_000;

const failuresSpanSeconds = 5 * 60;
const registrationsSpanSeconds = 3_600;

export function createThrottle(
  { registrationsPerHour }: { registrationsPerHour: number },
): Throttle {
  const spanSeconds = failuresSpanSeconds;
  const failures = createBoundedLimiter({ eventsMax: failuresMax, spanSeconds });
  const addressFailures = createBoundedLimiter({ eventsMax: addressFailuresMax, spanSeconds });
  const registrations = createBoundedLimiter({
    eventsMax: registrationsPerHour,
    spanSeconds: registrationsSpanSeconds,
  });

  return {
    async signInWaitMs(account, address) {
      return Math.max(
        await failures.waitMs(keyOf(account, address)),
        await addressFailures.waitMs(networkOf(address)),
      );
    },
    async signInFailed(account, address) {
      await failures.count(keyOf(account, address));
      await addressFailures.count(networkOf(address));
    },
    signInSucceeded: (account, address) => failures.forget(keyOf(account, address)),
    registrationWaitMs: (address) => registrations.waitMs(networkOf(address)),
    async takeRegistration(address) {
      const key = networkOf(address);
      const { counted, forgottenInMs } = await registrations.count(key);
      if (counted <= registrationsPerHour) return 0;
      await registrations.giveBack(key);
      return forgottenInMs;
    },
    giveBackRegistration: (address) => registrations.giveBack(networkOf(address)),
  };
}

function keyOf(account: string, address: string): string {
  return `${account} ${networkOf(address)}`;
}
