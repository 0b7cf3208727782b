// Owns the limits on failed sign-ins and on registrations. Counts in this process only, and checks no passwords.

import { createBoundedLimiter } from "./bounded_limiter.ts";

export interface Throttle {
  /** How long this account may not be tried from this network; 0 if it may be tried now. */
  signInWaitMs(account: string, network: string): Promise<number>;
  signInFailed(account: string, network: string): Promise<void>;
  signInSucceeded(account: string, network: string): Promise<void>;
  registrationWaitMs(network: string): Promise<number>;
  /** Counts a registration before its outcome is known, and returns 0; or returns how long to wait. */
  takeRegistration(network: string): Promise<number>;
  /** The registration was refused and does not count. */
  giveBackRegistration(network: string): Promise<void>;
}

/** For one account from one network: the owner, who signs in from elsewhere, is not locked out. */
const failuresMax = 10;

/** For all accounts from one network: far above a large office, below an attacker who tries one password on every account. */
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
    async signInWaitMs(account, network) {
      return Math.max(
        await failures.waitMs(keyOf(account, network)),
        await addressFailures.waitMs(network),
      );
    },
    async signInFailed(account, network) {
      await failures.count(keyOf(account, network));
      await addressFailures.count(network);
    },
    signInSucceeded: (account, network) => failures.forget(keyOf(account, network)),
    registrationWaitMs: (network) => registrations.waitMs(network),
    async takeRegistration(network) {
      const { counted, forgottenInMs } = await registrations.count(network);
      if (counted <= registrationsPerHour) return 0;
      await registrations.giveBack(network);
      return forgottenInMs;
    },
    giveBackRegistration: (network) => registrations.giveBack(network),
  };
}

function keyOf(account: string, network: string): string {
  return `${account} ${network}`;
}
