// Owns changes of lists as routes and pages make them: refusals become problems, successes are announced over the bus.

import { v7 as uuidv7 } from "uuid";
import type { Announcement } from "../lib/bus/bus.ts";
import type { Deps } from "../lib/deps.ts";
import { Problem, type ProblemCode } from "../lib/errors.ts";
import type { Ticker } from "../lib/quote.ts";
import type { ListChange, ListRef } from "../lib/store/store.ts";
import type { Watchlist } from "../lib/watchlist.ts";

interface ListEdit extends ListChange {
  readonly name?: string | undefined;
  readonly position?: number | undefined;
}

export type ListChanges = ReturnType<typeof createListChanges>;

export function createListChanges(
  { store, bus, hub, log }: Pick<Deps, "store" | "bus" | "hub" | "log">,
) {
  async function announce(announcement: Announcement): Promise<void> {
    try {
      await bus.announce(announcement);
    } catch (cause) {
      // The change is kept all the same; other sockets read it when they next connect.
      log.warn({ cause: String(cause) }, "A list change could not be announced");
    }
  }

  async function changed(
    { userId }: { userId: string },
    outcome: { readonly list: Watchlist } | { readonly kind: ProblemCode },
  ): Promise<Watchlist> {
    if (!("list" in outcome)) throw new Problem(outcome.kind);
    await announce({ kind: "list_changed", userId, list: outcome.list });
    return outcome.list;
  }

  async function rename(change: ListChange & { name: string }): Promise<Watchlist> {
    return changed(change, await store.renameList(change));
  }

  async function move(change: ListChange & { position: number }): Promise<Watchlist> {
    const list = await changed(change, await store.moveList(change));
    await announce({ kind: "lists_reordered", userId: change.userId });
    return list;
  }

  return {
    async create({ userId, name }: { userId: string; name: string }) {
      const list = { id: uuidv7(), name, version: 1, tickers: [] };
      return changed({ userId }, await store.createList({ userId, list }));
    },
    rename,
    move,
    /** Both are two changes of the store: whoever comes between them finds the list renamed. */
    async edit({ name, position, ...change }: ListEdit): Promise<Watchlist> {
      const renamed = name === undefined ? undefined : await rename({ ...change, name });
      if (position === undefined) return renamed ?? findList({ store }, change);
      const next = renamed && change.ifVersion !== undefined ? { ifVersion: renamed.version } : {};
      return move({ ...change, ...next, position });
    },
    async delete(change: ListChange) {
      const outcome = await store.deleteList(change);
      if (!("list" in outcome)) throw new Problem(outcome.kind);
      await announce({ kind: "list_deleted", userId: change.userId, listId: outcome.list.id });
    },
    async add(change: ListChange & { ticker: Ticker; position?: number | undefined }) {
      const outcome = await store.addTicker(change);
      if (!("list" in outcome)) throw new Problem(outcome.kind);
      hub.interest.touch([change.ticker], { signedIn: true });
      if (outcome.kind === "added") await changed(change, outcome);
      return outcome;
    },
    async addAll(change: ListChange & { tickers: readonly Ticker[] }) {
      const outcome = await store.addTickers(change);
      if (!("list" in outcome)) throw new Problem(outcome.kind);
      hub.interest.touch(outcome.added, { signedIn: true });
      if (outcome.kind === "added") await changed(change, outcome);
      return outcome;
    },
    async moveTicker(change: ListChange & { ticker: Ticker; position: number }) {
      return changed(change, await store.moveTicker(change));
    },
    async remove(change: ListChange & { ticker: Ticker }) {
      return changed(change, await store.removeTicker(change));
    },
    async reorder(change: ListChange & { tickers: readonly Ticker[] }) {
      return changed(change, await store.reorderTickers(change));
    },
  };
}

/** The user's lists, the first one first. */
export async function listsOf(
  { store }: Pick<Deps, "store">,
  userId: string,
): Promise<Watchlist[]> {
  const lists = await store.lists(userId);
  // A token may outlive its account by some minutes: then there is no list left.
  if (lists.length === 0) throw new Problem("unknown_list");
  return lists;
}

export async function findList(
  deps: Pick<Deps, "store">,
  ref: ListRef,
): Promise<Watchlist> {
  return listAmong(await listsOf(deps, ref.userId), ref);
}

export function listAmong(
  lists: readonly Watchlist[],
  { listId }: Pick<ListRef, "listId">,
): Watchlist {
  const list = listId === "first" ? lists[0] : lists.find(({ id }) => id === listId);
  if (!list) throw new Problem("unknown_list");
  return list;
}
