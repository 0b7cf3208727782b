// Owns watchlists in Deno KV: ["list", userId, listId] holds one whole list. The edits themselves live in list_edits.ts.

import { validate as isUuid } from "uuid";
import type { KvClient } from "./kv_client.ts";
import { addToList, removeFromList, reorderList } from "./list_edits.ts";
import type { ListChange, ListRef, ListRefusal, Store, Watchlist } from "./store.ts";

type ListMethods = "lists" | "addTicker" | "removeTicker" | "reorderTickers";

/**
 * The user's id in the key keeps others out and makes all lists of a user one range. List ids are UUIDv7, so the range
 * comes in order of creation and its first entry is the first list.
 */
export function listKey(userId: string, listId: string): Deno.KvKey {
  return ["list", userId, listId];
}

/** More than a user can have; a range never reads past it. */
const listsMax = 100;

export function createKvLists(kv: KvClient): Pick<Store, ListMethods> {
  async function find({ userId, listId }: ListRef): Promise<Deno.KvEntry<Watchlist> | undefined> {
    if (!isUuid(userId)) return undefined;
    if (listId === "first") {
      const [first] = await kv.range<Watchlist>({ prefix: ["list", userId] }, { limit: 1 });
      return first;
    }
    if (!isUuid(listId)) return undefined;
    const entry = await kv.get<Watchlist>(listKey(userId, listId));
    return entry.value === null ? undefined : entry;
  }

  function change<Outcome extends { readonly kind: string; readonly list?: Watchlist }>(
    target: ListChange,
    edit: (list: Watchlist) => Outcome,
  ): Promise<Outcome | { readonly kind: ListRefusal }> {
    return kv.untilCommitted(async () => {
      const entry = await find(target);
      if (!entry) return { kind: "unknown_list" };
      const { ifVersion = entry.value.version } = target;
      if (ifVersion !== entry.value.version) return { kind: "version_differs" };
      const outcome = edit(entry.value);
      if (!outcome.list || outcome.list === entry.value) return outcome;
      const committed = await kv.commit(kv.atomic().check(entry).set(entry.key, outcome.list));
      return committed ? outcome : undefined;
    });
  }

  return {
    async lists(userId) {
      if (!isUuid(userId)) return [];
      const entries = await kv.range<Watchlist>({ prefix: ["list", userId] }, { limit: listsMax });
      return entries.map((entry) => entry.value);
    },
    addTicker: (target) => change(target, (list) => addToList(list, target.ticker)),
    removeTicker: (target) => change(target, (list) => removeFromList(list, target.ticker)),
    reorderTickers: (target) => change(target, (list) => reorderList(list, target.tickers)),
  };
}
