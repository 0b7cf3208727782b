// Owns proving who somebody is by their password: throttle, then store and verification. What that opens is not its matter.

import type { User, UserStore } from "../../store/store.ts";
import { unknownUserHash } from "./argon2.ts";
import { type Caller, parseUsername } from "../../identity.ts";
import type { Busy, InvalidCredentials, Throttled } from "../auth.ts";
import type { RenewHash } from "./renewal.ts";
import type { Passwords } from "./passwords.ts";
import type { Throttle } from "../limits/throttle.ts";
import { createTurns } from "../limits/turns.ts";

export type CheckOutcome =
  | { readonly kind: "ok"; readonly user: User; readonly passwordHash: string }
  | InvalidCredentials
  | Throttled
  | Busy;

export type CheckPassword = (
  input: { readonly username: string; readonly password: string },
  caller: Pick<Caller, "network">,
) => Promise<CheckOutcome>;

/** More attempts at one account from one address wait for nothing: the answer is "busy". */
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

    // A flood then costs neither the store nor the ticks more than its refusals.
    if (passwords.isFull()) return { kind: "busy" };
    const found = account === malformed ? undefined : await store.credentials(account);
    // An unknown name costs one verification as well, so that time does not tell which names there are.
    const verdict = await passwords.verify(found?.passwordHash ?? unknownUserHash, password);
    if (verdict.kind === "busy") return verdict;
    if (!found || verdict.kind === "mismatch") {
      await throttle.signInFailed(account, network);
      return { kind: "invalid_credentials" };
    }
    await throttle.signInSucceeded(account, network);
    const passwordHash = await renewHash({ ...found, password });
    // There is a new password, or another sign-in was faster to renew the hash: judged by what is kept now.
    if (passwordHash === undefined) return await attempt({ account, password }, network);
    return { kind: "ok", user: found.user, passwordHash };
  }

  return async ({ username, password }, { network }) => {
    const account = parseUsername(username) ?? malformed;
    const line = `${account} ${network}`;
    // One after another: attempts sent at once would all pass the throttle before the first one fails.
    return await turns.take(line, () => attempt({ account, password }, network)) ??
      { kind: "busy" };
  };
}

/** Names that nobody can have count as one account, whatever their length. */
const malformed = "";
