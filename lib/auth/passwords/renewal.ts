// Owns giving an imported user's password a hash like everybody's, once it is proven. Verifies nothing.

import type { AccountStore, User } from "../../store/store.ts";
import { isForeignHash } from "./argon2.ts";
import type { Passwords } from "./passwords.ts";

interface Proven {
  readonly user: User;
  readonly passwordHash: string;
  readonly password: string;
}

/** The hash that is kept from now on. Undefined: it was another one by then. */
export type RenewHash = (proven: Proven) => Promise<string | undefined>;

export function createHashRenewal(
  { store, passwords }: {
    store: AccountStore;
    passwords: Pick<Passwords, "hash">;
  },
): RenewHash {
  return async ({ user, passwordHash, password }) => {
    if (!isForeignHash(passwordHash)) return passwordHash;
    const hashed = await passwords.hash(password);
    // The next sign-in may be at a quieter time.
    if (hashed.kind === "busy") return passwordHash;
    const change = { from: passwordHash, to: hashed.hash };
    return await store.changePassword(user.id, change) ? hashed.hash : undefined;
  };
}
