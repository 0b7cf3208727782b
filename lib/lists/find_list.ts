// Owns finding a list of a user by its id, or the first list. Throws the Problem `unknown_list` if it does not exist.

import { validate as isUuid } from "uuid";
import { Problem } from "../errors.ts";
import type { ListRef, ListStore } from "../store/store.ts";
import type { Watchlist } from "../watchlist.ts";

/** A reference to the list with this id. Without an id, a reference to the user's first list. */
export function listRef(userId: string, id: string | undefined): ListRef {
  if (id === undefined) return { userId, listId: "first" };
  if (!isUuid(id)) throw new Problem("unknown_list");
  return { userId, listId: id.toLowerCase() };
}

/** Returns the user's lists, the first list first. */
export async function readLists(
  store: Pick<ListStore, "lists">,
  userId: string,
): Promise<Watchlist[]> {
  const lists = await store.lists(userId);
  // A token may be valid for some minutes after its account was deleted. Then the user has no list.
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
