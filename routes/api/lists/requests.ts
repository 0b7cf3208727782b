// Owns what the routes of lists have in common: which list and version a request means, and how a list is answered.

import type { Context } from "hono";
import { validate as isUuid } from "uuid";
import type { Identity } from "../../../lib/auth/auth.ts";
import type { Deps } from "../../../lib/deps.ts";
import { Problem } from "../../../lib/errors.ts";
import type { ListChange, ListRef } from "../../../lib/store/store.ts";
import type { Watchlist } from "../../../lib/watchlist.ts";
import type { Env } from "../../middleware/http.ts";
import { findList } from "../../list_changes.ts";

/** A version that no list has. */
const noVersion = -1;

export function firstList(c: Context<Env>): ListRef {
  return { userId: c.var.identity.userId, listId: "first" };
}

/** Throws `unknown_list` for what is no id. */
export function listNamed(c: Context<Env>, id: string): ListRef {
  return listOfUser(c.var.identity.userId, id);
}

/** A page names it in its address, also where a form is sent; else it is the first one. */
export function shownList(c: Context<Env>, { userId }: Pick<Identity, "userId">): ListRef {
  const id = c.req.query("list");
  return id === undefined ? { userId, listId: "first" } : listOfUser(userId, id);
}

export function listOfUser(userId: string, id: string): ListRef {
  if (!isUuid(id)) throw new Problem("unknown_list");
  return { userId, listId: id.toLowerCase() };
}

/** The list, and only in the version that If-Match names. */
export async function changeOf(
  c: Context<Env>,
  { list, deps }: { list: ListRef; deps: Pick<Deps, "store"> },
): Promise<ListChange> {
  const ifMatch = c.req.header("if-match")?.trim();
  if (ifMatch === undefined || ifMatch === "*") return list;
  const [, named, version] = /^(?:W\/)?"([^":]+):(\d{1,15})"$/.exec(ifMatch) ?? [];
  const listId = list.listId === "first" ? (await findList(deps, list)).id : list.listId;
  return { ...list, listId, ifVersion: named === listId ? Number(version) : noVersion };
}

export function setEtag(c: Context, { id, version }: Watchlist) {
  c.header("ETag", `"${id}:${version}"`);
}

/** The answer to a change of tickers. */
export function stateOf({ id, version, tickers }: Watchlist) {
  return { id, version, tickers: [...tickers] };
}

export function listOf({ id, name, version, tickers }: Watchlist) {
  return { id, name, version, tickers: [...tickers] };
}
