// Owns the check of a password: the throttle, then the store, then the hash. A proven password renews an imported hash.

import { type Caller, parseUsername } from "../../identity.ts";
import type { AccountStore, User, UserStore } from "../../store/store.ts";
import type { Busy, InvalidCredentials, Throttled } from "../auth.ts";
import type { Throttle } from "../limits/throttle.ts";
import { createTurns } from "../limits/keyed_queue.ts";
import { isForeignHash, unknownUserHash } from "./argon2.ts";
import type { Passwords } from "./passwords.ts";

export type CheckOutcome =
  | { readonly kind: "ok"; readonly user: User; readonly passwordHash: string }
  | InvalidCredentials
  | Throttled
  | Busy;

export type CheckPassword = (
  input: { readonly username: string; readonly password: string },
  caller: Pick<Caller, "network">,
) => Promise<CheckOutcome>;

/** The most attempts at one account from one network that wait. The next one is answered "busy". */
const attemptsWaitingMax = 64;

export function createPasswordCheck(
  { store, passwords, throttle, renewHash }: {
    store: UserStore;
    passwords: Passwords;
    throttle: Throttle;
    renewHash: RenewHash;
  },
): CheckPassword {
  const turns = createTurns({ waitingMax: attemptsWaitingMax });

  async function attempt(
    { account, password }: { account: string; password: string },
    network: string,
  ): Promise<CheckOutcome> {
    const retryAfterMs = await throttle.signInWaitMs(account, network);
    if (retryAfterMs > 0) return { kind: "rate_limited", retryAfterMs };

    // Asked before the store, so that a flood costs no more than its refusals.
    if (passwords.isFull()) return { kind: "busy" };
    const found = account === malformed ? undefined : await store.credentials(account);
    // An unknown name costs one verification as well, so that the time does not reveal which names exist.
    const verdict = await passwords.verify(found?.passwordHash ?? unknownUserHash, password);
    if (verdict.kind === "busy") return verdict;
    if (!found || verdict.kind === "mismatch") {
      await throttle.signInFailed(account, network);
      return { kind: "invalid_credentials" };
    }
    await throttle.signInSucceeded(account, network);
    const passwordHash = await renewHash({ ...found, password });
    // The stored hash has changed since it was read, so the password is checked against the new one.
    if (passwordHash === undefined) return await attempt({ account, password }, network);
    return { kind: "ok", user: found.user, passwordHash };
  }

  return async ({ username, password }, { network }) => {
    const account = parseUsername(username) ?? malformed;
    // One after another: attempts sent at once would all pass the throttle before the first one fails.
    const key = `${account} ${network}`;
    return await turns.take(key, () => attempt({ account, password }, network)) ??
      { kind: "busy" };
  };
}

/** All names that no user can have count as one account, whatever their length. */
const malformed = "";

interface Proven {
  readonly user: User;
  readonly passwordHash: string;
  readonly password: string;
}

/** Returns the hash that the store now has; undefined if another change was faster. */
export type RenewHash = (proven: Proven) => Promise<string | undefined>;

/** Gives an imported user's password a hash of our own parameters. */
export function createHashRenewal(
  { store, passwords }: {
    store: AccountStore;
    passwords: Pick<Passwords, "hash">;
  },
): RenewHash {
  return async ({ user, passwordHash, password }) => {
    if (!isForeignHash(passwordHash)) return passwordHash;
    const hashed = await passwords.hash(password);
    // The queue is full now; the next sign-in may come at a quieter time.
    if (hashed.kind === "busy") return passwordHash;
    const change = { from: passwordHash, to: hashed.hash };
    return await store.changePassword(user.id, change) ? hashed.hash : undefined;
  };
}
