// Owns changes of an account in Deno KV: a new password, a reset ticket, the deletion. users.ts finds and creates users.

import { validate as isUuid } from "uuid";
import type { KvClient } from "./client.ts";
import { readLists } from "./lists.ts";
import type { KvSessions } from "./sessions.ts";
import { type StoredUser, userKey, usernameKey } from "./users.ts";
import type { AccountStore, ResetTicket } from "../store.ts";

export function createKvAccounts(
  { kv, sessions }: { kv: KvClient; sessions: Pick<KvSessions, "forgetSessions"> },
): AccountStore {
  /** False: there is no such user, or `edit` returned undefined. */
  async function change(
    userId: string,
    edit: (stored: StoredUser) => StoredUser | undefined,
  ): Promise<boolean> {
    if (!isUuid(userId)) return false;
    return await kv.untilCommitted(async () => {
      const entry = await kv.get<StoredUser>(userKey(userId));
      const next = entry.value ? edit(entry.value) : undefined;
      if (!next) return false;
      return await kv.commit(kv.atomic().check(entry).set(entry.key, next)) ? true : undefined;
    });
  }

  /** In one commit, so that no reader finds a user without lists, or lists without a user. */
  function removeUser(userId: string): Promise<boolean> {
    return kv.untilCommitted(async () => {
      const entry = await kv.get<StoredUser>(userKey(userId));
      if (!entry.value) return false;
      const { order, entries } = await readLists(kv, userId);
      const operation = kv.atomic()
        .check(entry, order)
        .delete(entry.key)
        .delete(usernameKey(entry.value.user.username))
        .delete(order.key);
      for (const { key } of entries) operation.delete(key);
      return await kv.commit(operation) ? true : undefined;
    });
  }

  return {
    changePassword: (userId, { from, to }) =>
      change(
        userId,
        ({ user, passwordHash }) => passwordHash === from ? { user, passwordHash: to } : undefined,
      ),
    putResetTicket: ({ userId, tokenHash, expiresAt }) =>
      change(userId, (stored) => ({ ...stored, reset: { tokenHash, expiresAt } })),
    async resetTicketHolder(ticket, at) {
      if (!isUuid(ticket.userId)) return undefined;
      const { value } = await kv.get<StoredUser>(userKey(ticket.userId));
      return value && holds(value, ticket, at) ? value.user : undefined;
    },
    resetPassword: (ticket, { at, passwordHash }) =>
      change(
        ticket.userId,
        (stored) => holds(stored, ticket, at) ? { user: stored.user, passwordHash } : undefined,
      ),
    async deleteUser(userId, at) {
      if (!isUuid(userId)) return [];
      // Sessions end first: if the process dies here, the user is signed out and can delete the account again.
      const ended = await sessions.forgetSessions(userId, at);
      await removeUser(userId);
      return ended;
    },
  };
}

function holds({ reset }: StoredUser, { tokenHash }: ResetTicket, at: number): boolean {
  return reset !== undefined && reset.tokenHash === tokenHash && at < reset.expiresAt;
}
