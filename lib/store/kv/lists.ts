// Owns watchlists in Deno KV: ["list", userId, listId] has one whole list. list_edits.ts computes the edits; list_order.ts
// creates, moves and deletes lists.

import { validate as isUuid } from "uuid";
import type { Watchlist } from "../../watchlist.ts";
import type { KvClient } from "./client.ts";
import {
  addAllToList,
  addToList,
  moveInList,
  removeFromList,
  renameList,
  reorderList,
} from "./list_edits.ts";
import type { ListChange, ListRef, ListRefusal, ListStore } from "../store.ts";

/** The key begins with the user, so that no list is reached without its owner, and the lists of a user are one range. */
export function listKey(userId: string, listId: string): Deno.KvKey {
  return ["list", userId, listId];
}

/**
 * The key of the order of a user's lists, an array of their ids. It is the first key in their range. It is absent until
 * the user has a second list. A list that it does not name comes last.
 */
export function listOrderKey(userId: string): Deno.KvKey {
  return listKey(userId, "");
}

/** More than the lists of a user and their order. */
const entriesMax = 100;

export interface KvListsOfUser {
  readonly order: Deno.AtomicCheck;
  /** In the order of the user. Empty: there is no such user. */
  readonly entries: readonly Deno.KvEntry<Watchlist>[];
}

export async function readLists(kv: KvClient, userId: string): Promise<KvListsOfUser> {
  const entries: Deno.KvEntry<Watchlist>[] = [];
  const key = listOrderKey(userId);
  let order: Deno.KvEntryMaybe<readonly string[]> = { key, value: null, versionstamp: null };
  if (!isUuid(userId)) return { order, entries };
  const selector = { prefix: ["list", userId] };
  const range = await kv.range<Watchlist | readonly string[]>(selector, { limit: entriesMax });
  for (const { value, ...place } of range) {
    if ("id" in value) entries.push({ value, ...place });
    else order = { value, ...place };
  }
  const placeOf = new Map(order.value?.map((id, index) => [id, index]));
  const placed = ({ value }: Deno.KvEntry<Watchlist>) => placeOf.get(value.id) ?? entriesMax;
  return { order, entries: entries.sort((a, b) => placed(a) - placed(b)) };
}

export function createKvLists(kv: KvClient): ListStore {
  async function find({ userId, listId }: ListRef): Promise<Deno.KvEntry<Watchlist> | undefined> {
    if (listId === "first") return (await readLists(kv, userId)).entries[0];
    if (!isUuid(userId) || !isUuid(listId)) return undefined;
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
      return (await readLists(kv, userId)).entries.map((entry) => entry.value);
    },
    renameList: (target) => change(target, (list) => renameList(list, target.name)),
    addTicker: (target) => change(target, (list) => addToList(list, target)),
    addTickers: (target) => change(target, (list) => addAllToList(list, target.tickers)),
    moveTicker: (target) => change(target, (list) => moveInList(list, target)),
    removeTicker: (target) => change(target, (list) => removeFromList(list, target.ticker)),
    reorderTickers: (target) => change(target, (list) => reorderList(list, target.tickers)),
  };
}
