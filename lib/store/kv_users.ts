// Owns users in Deno KV: ["user", id] holds the user, ["username", name] only the id. Creates the first list with them.

import { validate as isUuid } from "uuid";
import type { KvClient } from "./kv_client.ts";
import { listKey } from "./kv_lists.ts";
import type { Store, User } from "./store.ts";

interface StoredUser {
  readonly user: User;
  readonly passwordHash: string;
}

export function createKvUsers(kv: KvClient): Pick<Store, "createUser" | "user" | "credentials"> {
  const userKey = (id: string) => ["user", id];
  const usernameKey = (username: string) => ["username", username];

  return {
    createUser({ user, passwordHash, list }) {
      const stored: StoredUser = { user, passwordHash };
      return kv.untilCommitted(async () => {
        const holder = await kv.get<string>(usernameKey(user.username));
        if (holder.value !== null) return "username_taken";
        const committed = await kv.commit(
          kv.atomic()
            .check(holder, { key: userKey(user.id), versionstamp: null })
            .set(usernameKey(user.username), user.id)
            .set(userKey(user.id), stored)
            .set(listKey(user.id, list.id), list),
        );
        return committed ? "created" : undefined;
      });
    },
    async user(id) {
      if (!isUuid(id)) return undefined;
      return (await kv.get<StoredUser>(userKey(id))).value?.user;
    },
    async credentials(username) {
      const { value: id } = await kv.get<string>(usernameKey(username));
      if (id === null) return undefined;
      return (await kv.get<StoredUser>(userKey(id))).value ?? undefined;
    },
  };
}
