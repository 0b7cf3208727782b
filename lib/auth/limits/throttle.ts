// Owns the limits for sign-ins and for registrations. Counts in this process only, and checks no passwords.

import { createBoundedLimiter } from "./bounded_limiter.ts";

export interface Throttle {
  /** The time until this network may try this account again, or 0 if it may try now. */
  signInWaitMs(account: string, network: string): Promise<number>;
  signInFailed(account: string, network: string): Promise<void>;
  signInSucceeded(account: string, network: string): Promise<void>;
  registrationWaitMs(network: string): Promise<number>;
  /** Counts a registration before its outcome is known, and returns 0. Past the limit, counts nothing and returns how long to wait. */
  countRegistration(network: string): Promise<number>;
  /** For a counted registration that was refused: it does not count. */
  uncountRegistration(network: string): Promise<void>;
}

/** For one account and one network, so that the owner can still sign in from another network. */
const failuresMax = 10;

/**
 * For all accounts together and one network. A large office stays far below this number. An attacker who tries one
 * password with every account exceeds it.
 */
export const addressFailuresMax = 1_000;

/** Right passwords cost as much work as wrong ones, so those of one network have the same bound. A large office stays far below. */
export const addressSuccessesMax = 1_000;

const attemptsSpanSeconds = 5 * 60;
const registrationsSpanSeconds = 3_600;

export function createThrottle(
  { registrationsPerHour }: { registrationsPerHour: number },
): Throttle {
  const spanSeconds = attemptsSpanSeconds;
  const failures = createBoundedLimiter({ eventsMax: failuresMax, spanSeconds });
  const addressFailures = createBoundedLimiter({ eventsMax: addressFailuresMax, spanSeconds });
  const addressSuccesses = createBoundedLimiter({ eventsMax: addressSuccessesMax, spanSeconds });
  const registrations = createBoundedLimiter({
    eventsMax: registrationsPerHour,
    spanSeconds: registrationsSpanSeconds,
  });

  return {
    async signInWaitMs(account, network) {
      return Math.max(
        await failures.waitMs(keyOf(account, network)),
        await addressFailures.waitMs(network),
        await addressSuccesses.waitMs(network),
      );
    },
    async signInFailed(account, network) {
      await failures.count(keyOf(account, network));
      await addressFailures.count(network);
    },
    async signInSucceeded(account, network) {
      await failures.reset(keyOf(account, network));
      await addressSuccesses.count(network);
    },
    registrationWaitMs: (network) => registrations.waitMs(network),
    async countRegistration(network) {
      const { events, resetInMs } = await registrations.count(network);
      if (events <= registrationsPerHour) return 0;
      await registrations.uncount(network);
      return resetInMs;
    },
    uncountRegistration: (network) => registrations.uncount(network),
  };
}

function keyOf(account: string, network: string): string {
  return `${account} ${network}`;
}
