// Owns the account changes that require the present password: setting a new password, and deleting the account.

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
  async function checkIdentity(
    { username, userId }: Identity,
    { password, caller }: { password: string; caller: Caller },
  ): Promise<CheckOutcome> {
    const checked = await checkPassword({ username, password }, caller);
    // The name may belong to a new user: until the revocation is announced, a token of the deleted account is valid here.
    return checked.kind === "ok" && checked.user.id !== userId ? invalid : checked;
  }

  return {
    async changePassword({ identity, oldPassword, newPassword }, caller) {
      const weak = weakPassword(newPassword, identity.username);
      if (weak) return weak;
      const checked = await checkIdentity(identity, { password: oldPassword, caller });
      if (checked.kind !== "ok") return checked;
      const hashed = await passwords.hash(newPassword, caller);
      if (hashed.kind === "busy") return hashed;
      const { userId, sessionId } = identity;
      const change = { from: checked.passwordHash, to: hashed.hash };
      // Before the change, so that no old session survives a crash. After it, for sign-ins that ran meanwhile.
      await revocation.revokeAll(userId, { except: sessionId });
      if (!await store.changePassword(userId, change)) return invalid;
      await revocation.revokeAll(userId, { except: sessionId });
      return { kind: "ok" };
    },
    async deleteAccount({ identity, password }, caller) {
      const checked = await checkIdentity(identity, { password, caller });
      if (checked.kind !== "ok") return checked;
      const { userId } = identity;
      // Before and after the deletion, for the same reasons as above.
      await revocation.revokeAll(userId);
      await revocation.publish(userId, await store.deleteUser(userId, clock.now()));
      await revocation.revokeAll(userId);
      return { kind: "ok" };
    },
  };
}
