// Owns adding many users to Deno KV, at most a hundred in one commit, each with their lists.

import type { BulkStore, UserRecord } from "../bulk.ts";
import type { KvClient } from "./client.ts";
import { listKey, listOrderKey } from "./lists.ts";
import { type StoredUser, userKey, usernameKey } from "./users.ts";

/** A commit takes at most 100 checks, 1,000 changes and 800 KiB; KV stores a character in at most two bytes. */
const portionMax = { users: 100, lists: 700, characters: 350_000 };

export function createAddUsers(kv: KvClient): BulkStore["addUsers"] {
  return async (records) => {
    let added = 0;
    for (const portion of portionsOf(records)) added += await addPortion(kv, portion);
    return added;
  };
}

/** If several share a username, the first is added. */
function addPortion(kv: KvClient, records: readonly UserRecord[]): Promise<number> {
  const byName = Map.groupBy(records, ({ user }) => user.username);
  return kv.untilCommitted(async () => {
    const holders = await Promise.all(
      [...byName].map(async ([name, [first]]) => ({
        first,
        holder: await kv.get<string>(usernameKey(name)),
      })),
    );
    const operation = kv.atomic();
    let added = 0;
    for (const { first, holder } of holders) {
      if (!first || holder.value !== null) continue;
      addTo(operation.check(holder), first);
      added++;
    }
    if (added === 0) return 0;
    return await kv.commit(operation) ? added : undefined;
  });
}

function addTo(operation: Deno.AtomicOperation, { user, passwordHash, lists }: UserRecord): void {
  const stored: StoredUser = { user, passwordHash };
  operation.set(usernameKey(user.username), user.id).set(userKey(user.id), stored);
  for (const list of lists) operation.set(listKey(user.id, list.id), list);
  if (lists.length > 1) operation.set(listOrderKey(user.id), lists.map(({ id }) => id));
}

/** Splits the records so that each portion fits into one commit. The largest possible user fits into one. */
function* portionsOf(records: readonly UserRecord[]): Generator<UserRecord[]> {
  let portion: UserRecord[] = [];
  let lists = 0;
  let characters = 0;
  for (const record of records) {
    const size = JSON.stringify(record).length;
    const fits = portion.length < portionMax.users &&
      lists + record.lists.length <= portionMax.lists &&
      characters + size <= portionMax.characters;
    if (!fits) {
      if (portion.length > 0) yield portion;
      portion = [];
      lists = characters = 0;
    }
    portion.push(record);
    lists += record.lists.length;
    characters += size;
  }
  if (portion.length > 0) yield portion;
}
