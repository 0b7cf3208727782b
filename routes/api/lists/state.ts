// Owns the state of a list in HTTP: its form in answers, its version as ETag, and If-Match on changes.

import type { Context } from "hono";
import { findList } from "../../../lib/lists/find_list.ts";
import type { ListChange, ListRef, ListStore } from "../../../lib/store/store.ts";
import type { Watchlist } from "../../../lib/watchlist.ts";

/** A version that no list has. */
const noVersion = -1;

export function setEtag(c: Context, { id, version }: Watchlist) {
  c.header("ETag", `"${id}:${version}"`);
}

/** The list, and only in the version that If-Match names. */
export async function ifMatched(
  c: Context,
  { list, store }: { list: ListRef; store: Pick<ListStore, "lists"> },
): Promise<ListChange> {
  const ifMatch = c.req.header("if-match")?.trim();
  if (ifMatch === undefined || ifMatch === "*") return list;
  const [, named, version] = /^(?:W\/)?"([^":]+):(\d{1,15})"$/.exec(ifMatch) ?? [];
  const listId = list.listId === "first" ? (await findList(store, list)).id : list.listId;
  return { ...list, listId, ifVersion: named === listId ? Number(version) : noVersion };
}

/** The answer to a change of tickers. */
export function stateOf({ id, version, tickers }: Watchlist) {
  return { id, version, tickers: [...tickers] };
}

export function listOf(list: Watchlist) {
  return { ...stateOf(list), name: list.name };
}
