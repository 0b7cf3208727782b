// Owns which lists a user has in Deno KV, and their order. Each change checks the order it has read, so that they take turns.

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
  /** What is to be kept; absent when nothing changes. */
  readonly kept?: {
    readonly ids: readonly string[];
    /** Undefined: it is deleted. */
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
    // The first list's entry too, since a user who is deleted may have no order yet.
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
      const { outcome, kept } = edit(entry.value, ids);
      if (!kept) return outcome;
      const operation = save(found, { userId, ids: kept.ids }).check(entry);
      if (kept.list) operation.set(entry.key, kept.list);
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
        const next = moved(ids, { item: list.id, position });
        if (next.join() === ids.join()) return { outcome: { kind: "moved", list } };
        const grown = { ...list, version: list.version + 1 };
        return { outcome: { kind: "moved", list: grown }, kept: { ids: next, list: grown } };
      }),
    deleteList: (target) =>
      change<DeleteListOutcome>(target, (list, ids) => {
        if (ids.length === 1) return { outcome: { kind: "last_list" } };
        const others = ids.filter((id) => id !== list.id);
        return { outcome: { kind: "deleted", list }, kept: { ids: others, list: undefined } };
      }),
  };
}
