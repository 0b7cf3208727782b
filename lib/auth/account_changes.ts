// Owns the account changes that ask for the present password: a new password, and the deletion of the account.

import type { Clock } from "../clock.ts";
import type { Caller, Identity } from "../identity.ts";
import type { AccountStore } from "../store/store.ts";
import type { Auth, InvalidCredentials } from "./auth.ts";
import type { CheckOutcome, CheckPassword } from "./passwords/check.ts";
import { weakPassword } from "./passwords/rules.ts";
import type { Passwords } from "./passwords/passwords.ts";
import type { Revocation } from "./sessions/revocation.ts";

export interface AccountChangesOptions {
  readonly store: AccountStore;
  readonly clock: Clock;
  readonly passwords: Passwords;
  readonly checkPassword: CheckPassword;
  readonly revocation: Revocation;
}

const invalid: InvalidCredentials = { kind: "invalid_credentials" };

export function createAccountChanges(
  { store, clock, passwords, checkPassword, revocation }: AccountChangesOptions,
): Pick<Auth, "changePassword" | "deleteAccount"> {
  async function prove(
    { username, userId }: Identity,
    { password, caller }: { password: string; caller: Caller },
  ): Promise<CheckOutcome> {
    const checked = await checkPassword({ username, password }, caller);
    // The name may belong to another user: a token outlives a deleted account until its revocation is announced.
    return checked.kind === "ok" && checked.user.id !== userId ? invalid : checked;
  }

  return {
    async changePassword({ identity, oldPassword, newPassword }, caller) {
      const weak = weakPassword(newPassword, identity.username);
      if (weak) return weak;
      const proven = await prove(identity, { password: oldPassword, caller });
      if (proven.kind !== "ok") return proven;
      const hashed = await passwords.hash(newPassword);
      if (hashed.kind === "busy") return hashed;
      const { userId, sessionId } = identity;
      const change = { from: proven.passwordHash, to: hashed.hash };
      // Revoked before and after: a crash in between leaves no session, and neither does a sign-in under way.
      await revocation.revokeAll(userId, { except: sessionId });
      if (!await store.changePassword(userId, change)) return invalid;
      await revocation.revokeAll(userId, { except: sessionId });
      return { kind: "ok" };
    },
    async deleteAccount({ identity, password }, caller) {
      const proven = await prove(identity, { password, caller });
      if (proven.kind !== "ok") return proven;
      const { userId } = identity;
      // Before and after, as above.
      await revocation.revokeAll(userId);
      await revocation.ended(userId, await store.deleteUser(userId, clock.now()));
      await revocation.revokeAll(userId);
      return { kind: "ok" };
    },
  };
}
