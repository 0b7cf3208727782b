// Owns creating, moving and deleting lists in Deno KV. Each change checks the order that it read, so that changes are serialized.

import { listsMax, type Watchlist } from "../../watchlist.ts";
import type { KvClient } from "./client.ts";
import { type KvListsOfUser, listKey, listOrderKey, readLists } from "./lists.ts";
import { moved } from "./list_edits.ts";
import type {
  DeleteListOutcome,
  ListChange,
  ListOrderStore,
  ListRefusal,
  MoveListOutcome,
} from "../store.ts";

interface Edit<Outcome> {
  readonly outcome: Outcome;
  /** Absent: nothing changes. */
  readonly next?: {
    readonly ids: readonly string[];
    /** Undefined: the list is deleted. */
    readonly list: Watchlist | undefined;
  };
}

export function createKvListOrder(
  kv: KvClient,
): ListOrderStore {
  function save(
    { order, entries }: KvListsOfUser,
    { userId, ids }: { userId: string; ids: readonly string[] },
  ): Deno.AtomicOperation {
    // The entry of the first list is checked too: a user with one list has no order, and may be deleted meanwhile.
    return kv.atomic().check(order, ...entries.slice(0, 1)).set(listOrderKey(userId), ids);
  }

  function change<Outcome>(
    { userId, listId, ifVersion }: ListChange,
    edit: (list: Watchlist, ids: readonly string[]) => Edit<Outcome>,
  ): Promise<Outcome | { readonly kind: ListRefusal }> {
    return kv.untilCommitted(async () => {
      const found = await readLists(kv, userId);
      const ids = found.entries.map(({ value }) => value.id);
      const entry = found.entries[listId === "first" ? 0 : ids.indexOf(listId)];
      if (!entry) return { kind: "unknown_list" };
      if ((ifVersion ?? entry.value.version) !== entry.value.version) {
        return { kind: "version_differs" };
      }
      const { outcome, next } = edit(entry.value, ids);
      if (!next) return outcome;
      const operation = save(found, { userId, ids: next.ids }).check(entry);
      if (next.list) operation.set(entry.key, next.list);
      else operation.delete(entry.key);
      return await kv.commit(operation) ? outcome : undefined;
    });
  }

  return {
    createList({ userId, list }) {
      return kv.untilCommitted(async () => {
        const found = await readLists(kv, userId);
        if (found.entries.length === 0) return { kind: "unknown_list" };
        if (found.entries.length >= listsMax) return { kind: "too_many_lists" };
        const ids = [...found.entries.map(({ value }) => value.id), list.id];
        const operation = save(found, { userId, ids }).set(listKey(userId, list.id), list);
        return await kv.commit(operation) ? { kind: "created", list } : undefined;
      });
    },
    moveList: ({ position, ...target }) =>
      change<MoveListOutcome>(target, (list, ids) => {
        const movedIds = moved(ids, { item: list.id, position });
        if (movedIds.join() === ids.join()) return { outcome: { kind: "moved", list } };
        const grown = { ...list, version: list.version + 1 };
        return { outcome: { kind: "moved", list: grown }, next: { ids: movedIds, list: grown } };
      }),
    deleteList: (target) =>
      change<DeleteListOutcome>(target, (list, ids) => {
        if (ids.length === 1) return { outcome: { kind: "last_list" } };
        const others = ids.filter((id) => id !== list.id);
        return { outcome: { kind: "deleted", list }, next: { ids: others, list: undefined } };
      }),
  };
}
