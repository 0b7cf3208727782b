// Owns finding a list of a user: by its id, or as the first one. Throws `unknown_list` if there is none.

import { validate as isUuid } from "uuid";
import { Problem } from "../errors.ts";
import type { ListRef, ListStore } from "../store/store.ts";
import type { Watchlist } from "../watchlist.ts";

/** Names a list by its id; without one the user's first list is meant. */
export function listRef(userId: string, id: string | undefined): ListRef {
  if (id === undefined) return { userId, listId: "first" };
  if (!isUuid(id)) throw new Problem("unknown_list");
  return { userId, listId: id.toLowerCase() };
}

/** The user's lists, the first one first. */
export async function readLists(
  store: Pick<ListStore, "lists">,
  userId: string,
): Promise<Watchlist[]> {
  const lists = await store.lists(userId);
  // A token may outlive its account by some minutes: then there is no list left.
  if (lists.length === 0) throw new Problem("unknown_list");
  return lists;
}

export async function findList(store: Pick<ListStore, "lists">, ref: ListRef): Promise<Watchlist> {
  return listAmong(await readLists(store, ref.userId), ref);
}

export function listAmong(
  lists: readonly Watchlist[],
  { listId }: Pick<ListRef, "listId">,
): Watchlist {
  const list = listId === "first" ? lists[0] : lists.find(({ id }) => id === listId);
  if (!list) throw new Problem("unknown_list");
  return list;
}
