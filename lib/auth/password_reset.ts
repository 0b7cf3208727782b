// Owns the reset of a forgotten password: creating the token of a link, finding its user, and using it. Sends no mail.

import type { Clock } from "../clock.ts";
import type { Username } from "../identity.ts";
import type { AccountStore, ResetTicket, UserStore } from "../store/store.ts";
import type { Auth } from "./auth.ts";
import { weakPassword } from "./passwords/rules.ts";
import type { Passwords } from "./passwords/passwords.ts";
import type { Revocation } from "./sessions/revocation.ts";
import { hashOf, idOf, newToken } from "./sessions/tokens.ts";

export interface PasswordResetOptions {
  readonly store: AccountStore;
  readonly clock: Clock;
  readonly passwords: Passwords;
  readonly revocation: Revocation;
}

export const resetTicketMs = 3_600_000;

const invalid = { kind: "invalid_reset" } as const;

export function createPasswordReset(
  { store, clock, passwords, revocation }: PasswordResetOptions,
): Pick<Auth, "resetHolder" | "resetPassword"> {
  async function resetHolder(token: string) {
    const ticket = await ticketOf(token);
    return ticket && await store.resetTicketHolder(ticket, clock.now());
  }

  return {
    resetHolder,
    async resetPassword({ token, password }, caller) {
      const ticket = await ticketOf(token);
      // This read before the hashing makes an invented token cheap to refuse. `store.resetPassword` checks the ticket again.
      const holder = ticket && await store.resetTicketHolder(ticket, clock.now());
      if (!ticket || !holder) return invalid;
      const weak = weakPassword(password, holder.username);
      if (weak) return weak;
      const hashed = await passwords.hash(password, caller);
      if (hashed.kind === "busy") return hashed;
      const options = { at: clock.now(), passwordHash: hashed.hash };
      // Before the change, so that no old session survives a crash. After it, for sign-ins that ran meanwhile.
      await revocation.revokeAll(ticket.userId);
      if (!await store.resetPassword(ticket, options)) return invalid;
      await revocation.revokeAll(ticket.userId);
      return { kind: "ok" };
    },
  };
}

/** For an operator's task: creates the token of a new link. Undefined if the user does not exist. */
export async function issueResetToken(
  username: Username,
  { store, clock }: { store: UserStore & AccountStore; clock: Clock },
): Promise<string | undefined> {
  const found = await store.credentials(username);
  if (!found) return undefined;
  const userId = found.user.id;
  const token = newToken(userId);
  const tokenHash = await hashOf(token);
  const expiresAt = clock.now() + resetTicketMs;
  return await store.putResetTicket({ userId, tokenHash, expiresAt }) ? token : undefined;
}

/** The store compares hashes of tokens, so that the time of the comparison reveals nothing about the token. */
async function ticketOf(token: string): Promise<ResetTicket | undefined> {
  const userId = idOf(token);
  return userId === undefined ? undefined : { userId, tokenHash: await hashOf(token) };
}
