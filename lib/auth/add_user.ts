// Owns creating a user with a first list. Does not count attempts and does not open a session.

import { v7 as uuidv7 } from "uuid";
import type { Clock } from "../clock.ts";
import type { User, UserStore } from "../store/store.ts";
import { firstListName } from "../watchlist.ts";
import type { Busy, Registration, WeakPassword } from "./auth.ts";
import { weakPassword } from "./passwords/rules.ts";
import type { Asker, Passwords } from "./passwords/passwords.ts";

export type AddUserOutcome =
  | { readonly kind: "ok"; readonly user: User; readonly passwordHash: string }
  | { readonly kind: "username_taken" | "invalid_invite" }
  | WeakPassword
  | Busy;

type NewUser = Omit<Registration, "invite"> & {
  /** Used up together with the creation. */
  readonly inviteHash?: string | undefined;
};

/** Without an asker, it is the operator or the start of the service. */
export type AddUser = (input: NewUser, asker?: Asker) => Promise<AddUserOutcome>;

const operator: Asker = { network: "operator" };

export function createAddUser(
  { store, passwords, clock }: {
    store: UserStore;
    passwords: Passwords;
    clock: Clock;
  },
): AddUser {
  return async (
    { username, password, email, firstName, lastName, inviteHash },
    asker = operator,
  ) => {
    const weak = weakPassword(password, username);
    if (weak) return weak;
    const hashed = await passwords.hash(password, asker);
    if (hashed.kind === "busy") return hashed;
    const user: User = {
      id: uuidv7(),
      username,
      email,
      firstName,
      lastName,
      createdAt: clock.now(),
    };
    const list = { id: uuidv7(), name: firstListName, version: 1, tickers: [] };
    const passwordHash = hashed.hash;
    const invite = inviteHash === undefined
      ? undefined
      : { tokenHash: inviteHash, at: clock.now() };
    const outcome = await store.createUser({ user, passwordHash, list, invite });
    return outcome === "created" ? { kind: "ok", user, passwordHash } : { kind: outcome };
  };
}
