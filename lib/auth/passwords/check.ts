// Owns the check of a password: first the throttle, then the store, then the hash. A right password renews an imported hash.

import { BoundedMap } from "../../bounded_map.ts";
import { parseUsername } from "../../identity.ts";
import type { Log } from "../../log.ts";
import type { AccountStore, User, UserStore } from "../../store/store.ts";
import type { Busy, InvalidCredentials, Throttled } from "../auth.ts";
import type { Throttle } from "../limits/throttle.ts";
import { createKeyedQueue } from "../limits/keyed_queue.ts";
import { isForeignHash, unknownUserHash } from "./argon2.ts";
import { hashFault } from "./foreign_hashes.ts";
import type { HashKinds } from "./hash_kinds.ts";
import type { Asker, Passwords } from "./passwords.ts";

export type CheckOutcome =
  | { readonly kind: "ok"; readonly user: User; readonly passwordHash: string }
  | InvalidCredentials
  | Throttled
  | Busy;

export type CheckPassword = (
  input: { readonly username: string; readonly password: string },
  asker: Asker,
) => Promise<CheckOutcome>;

/** At most this number of attempts wait for one account and one network. The next attempt is answered "busy". */
const attemptsWaitingMax = 64;

export function createPasswordCheck(
  { store, passwords, kinds, throttle, renewHash, log }: {
    store: UserStore;
    passwords: Passwords;
    kinds: HashKinds;
    throttle: Throttle;
    renewHash: RenewHash;
    log: Pick<Log, "warn">;
  },
): CheckPassword {
  const loggedUsers = new BoundedMap<string, true>(loggedUsersMax);
  const queue = createKeyedQueue({ waitingMax: attemptsWaitingMax });

  /** Undefined if there is no such user, or if nobody may sign in as this user because the stored hash is absurd. */
  async function find(account: string) {
    const found = account === malformed ? undefined : await store.credentials(account);
    if (!found || hashFault(found.passwordHash) !== "too_costly") return found;
    const userId = found.user.id;
    if (!loggedUsers.has(userId)) log.warn({ userId }, absurdHash);
    loggedUsers.set(userId, true);
    return undefined;
  }

  async function attempt(
    { account, password }: { account: string; password: string },
    asker: Asker,
  ): Promise<CheckOutcome> {
    const { network } = asker;
    const retryAfterMs = await throttle.signInWaitMs(account, network);
    if (retryAfterMs > 0) return { kind: "rate_limited", retryAfterMs };

    // This stands before the read of the store, so that refusing a flood of attempts costs almost nothing.
    if (passwords.isFull(asker)) return { kind: "busy" };
    const found = await find(account);
    const hash = found?.passwordHash ?? unknownUserHash;
    await kinds.learn(hash);
    // Each failure costs the same work, so that the response time does not reveal which names exist.
    const verdict = await passwords.verify(hash, password, asker, kinds.decoysBeside(hash));
    if (verdict.kind === "busy") return verdict;
    if (!found || verdict.kind === "mismatch") {
      await throttle.signInFailed(account, network);
      return { kind: "invalid_credentials" };
    }
    await throttle.signInSucceeded(account, network);
    const passwordHash = await renewHash({ ...found, password }, asker);
    // The stored hash has changed since it was read, so the password is checked against the new hash.
    if (passwordHash === undefined) return await attempt({ account, password }, asker);
    return { kind: "ok", user: found.user, passwordHash };
  }

  return async ({ username, password }, asker) => {
    const account = parseUsername(username) ?? malformed;
    // One attempt at a time: otherwise attempts sent at once would all pass the throttle before the first one fails.
    const key = `${account} ${asker.network}`;
    return await queue.run(key, () => attempt({ account, password }, asker)) ??
      { kind: "busy" };
  };
}

const absurdHash = "A stored password hash asks for too much work, so its user cannot sign in";

/** Each user is logged once. Past this number, the user who was logged first may be logged again. */
const loggedUsersMax = 1_000;

/** All names that no user can have are counted as this one account. */
const malformed = "";

interface CheckedPassword {
  readonly user: User;
  readonly passwordHash: string;
  readonly password: string;
}

/** Returns the hash that the store has now, or undefined if another request changed the hash in the meantime. */
export type RenewHash = (checked: CheckedPassword, asker: Asker) => Promise<string | undefined>;

/** Replaces the hash of an imported user by one with our own parameters. */
export function createHashRenewal(
  { store, passwords }: {
    store: AccountStore;
    passwords: Pick<Passwords, "hash">;
  },
): RenewHash {
  return async ({ user, passwordHash, password }, asker) => {
    if (!isForeignHash(passwordHash)) return passwordHash;
    const hashed = await passwords.hash(password, asker);
    // The queue is full, so the old hash stays. The next sign-in tries again.
    if (hashed.kind === "busy") return passwordHash;
    const change = { from: passwordHash, to: hashed.hash };
    return await store.changePassword(user.id, change) ? hashed.hash : undefined;
  };
}
