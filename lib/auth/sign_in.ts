// Owns the order of checks at registration and sign-in: throttle, then store and password, then a session.

import type { Metrics } from "../metrics.ts";
import type { Store } from "../store/store.ts";
import type { AddUser } from "./accounts.ts";
import {
  type Auth,
  type Caller,
  type RegisterOutcome,
  type SignInOutcome,
  usernamePattern,
} from "./auth.ts";
import { normalizeUsername } from "./password_rules.ts";
import { type Passwords, unknownUserHash } from "./passwords.ts";
import type { Sessions } from "./sessions.ts";
import type { Throttle } from "./throttle.ts";
import { createTurns } from "./turns.ts";

export interface SignInOptions {
  readonly store: Pick<Store, "credentials">;
  readonly passwords: Passwords;
  readonly sessions: Sessions;
  readonly throttle: Throttle;
  readonly addUser: AddUser;
  readonly metrics: Pick<Metrics, "signIns">;
}

/** More attempts at one account from one address wait for nothing: the answer is "busy". */
const attemptsWaitingMax = 64;

export function createSignIn(
  { store, passwords, sessions, throttle, addUser, metrics }: SignInOptions,
): Pick<Auth, "register" | "signIn"> {
  const inTurn = createTurns({ waitingMax: attemptsWaitingMax });

  async function attempt(
    { username, password }: { username: string; password: string },
    { address, userAgent }: Caller,
  ): Promise<SignInOutcome> {
    const retryAfterMs = await throttle.signInWaitMs(username, address);
    if (retryAfterMs > 0) return { kind: "rate_limited", retryAfterMs };

    const found = username === malformed ? undefined : await store.credentials(username);
    // An unknown name costs one verification as well, so that time does not tell which names there are.
    const verdict = await passwords.verify(found?.passwordHash ?? unknownUserHash, password);
    if (verdict.kind === "busy") return verdict;
    if (!found || verdict.kind === "mismatch") {
      await throttle.signInFailed(username, address);
      return { kind: "invalid_credentials" };
    }
    await throttle.signInSucceeded(username, address);
    return { kind: "ok", user: found.user, tokens: await sessions.open(found.user, { userAgent }) };
  }

  async function addCounted(input: Parameters<AddUser>[0], address: string) {
    const retryAfterMs = await throttle.takeRegistration(address);
    if (retryAfterMs > 0) return { kind: "rate_limited", retryAfterMs } as const;
    let counts = false;
    try {
      const added = await addUser(input);
      counts = added.kind === "ok";
      return added;
    } finally {
      if (!counts) await throttle.giveBackRegistration(address);
    }
  }

  return {
    async signIn({ username, password }, caller): Promise<SignInOutcome> {
      const account = accountOf(username);
      // One after another: attempts sent at once would all pass the throttle before the first one fails.
      const key = `${account} ${caller.address}`;
      const outcome = await inTurn(key, () => attempt({ username: account, password }, caller)) ??
        { kind: "busy" };
      metrics.signIns.inc({ outcome: outcome.kind });
      return outcome;
    },
    async register(input, { address, userAgent }): Promise<RegisterOutcome> {
      const retryAfterMs = await throttle.registrationWaitMs(address);
      if (retryAfterMs > 0) return { kind: "rate_limited", retryAfterMs };
      // Asked before the hashing, so that a taken name costs no more than a read; createUser decides.
      if (await store.credentials(normalizeUsername(input.username))) {
        return { kind: "username_taken" };
      }
      const added = await addCounted(input, address);
      if (added.kind !== "ok") return added;
      const { user } = added;
      return { kind: "ok", user, tokens: await sessions.open(user, { userAgent }) };
    },
  };
}

/** Names that nobody can have count as one account, whatever their length. */
const malformed = "";

function accountOf(username: string): string {
  const normalized = normalizeUsername(username);
  return usernamePattern.test(normalized) ? normalized : malformed;
}
