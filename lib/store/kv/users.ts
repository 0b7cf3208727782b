// Owns finding and creating users in Deno KV: ["user", id] has the user, ["username", name] only the id.

import { validate as isUuid } from "uuid";
import type { KvClient } from "./client.ts";
import { inviteKey, isOpen } from "./invites.ts";
import { listKey } from "./lists.ts";
import type { User, UserStore } from "../store.ts";

export interface StoredUser {
  readonly user: User;
  readonly passwordHash: string;
  readonly reset?: { readonly tokenHash: string; readonly expiresAt: number };
}

export const userKey = (id: string): Deno.KvKey => ["user", id];
export const usernameKey = (username: string): Deno.KvKey => ["username", username];

export function createKvUsers(kv: KvClient): UserStore {
  return {
    createUser({ user, passwordHash, list, invite }) {
      const stored: StoredUser = { user, passwordHash };
      return kv.untilCommitted(async () => {
        const holder = await kv.get<string>(usernameKey(user.username));
        if (holder.value !== null) return "username_taken";
        const operation = kv.atomic()
          .check(holder, { key: userKey(user.id), versionstamp: null })
          .set(usernameKey(user.username), user.id)
          .set(userKey(user.id), stored)
          .set(listKey(user.id, list.id), list);
        if (invite) {
          const entry = await kv.get<string>(inviteKey(invite.tokenHash));
          if (!isOpen(entry.value, invite.at)) return "invalid_invite";
          operation.check(entry).delete(entry.key);
        }
        return await kv.commit(operation) ? "created" : undefined;
      });
    },
    async user(id) {
      if (!isUuid(id)) return undefined;
      return (await kv.get<StoredUser>(userKey(id))).value?.user;
    },
    async credentials(username) {
      const { value: id } = await kv.get<string>(usernameKey(username));
      if (id === null) return undefined;
      const { value } = await kv.get<StoredUser>(userKey(id));
      return value ? { user: value.user, passwordHash: value.passwordHash } : undefined;
    },
  };
}
