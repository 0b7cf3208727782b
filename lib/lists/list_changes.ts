// Owns changing lists: makes each change in the store, then announces it. Throws a Problem if the store refuses the change.

import { v7 as uuidv7 } from "uuid";
import type { Announcement, Bus } from "../bus/bus.ts";
import { Problem, type ProblemCode } from "../errors.ts";
import { asUser, type RequestInterest } from "../interest/interest.ts";
import type { Log } from "../log.ts";
import type { Ticker } from "../quote.ts";
import type { ListChange, ListOrderStore, ListStore } from "../store/store.ts";
import type { Watchlist } from "../watchlist.ts";
import { findList } from "./find_list.ts";

interface ListEdit extends ListChange {
  readonly name?: string | undefined;
  readonly position?: number | undefined;
}

export interface ListChangesOptions {
  readonly store: ListStore & ListOrderStore;
  readonly bus: Pick<Bus, "announce">;
  readonly interest: Pick<RequestInterest, "touch">;
  readonly log: Log;
}

export type ListChanges = ReturnType<typeof createListChanges>;

export function createListChanges({ store, bus, interest, log }: ListChangesOptions) {
  async function announce(announcement: Announcement): Promise<void> {
    try {
      await bus.announce(announcement);
    } catch (cause) {
      // The change is in the store. Sockets of other instances get it when they connect again.
      log.warn({ cause: String(cause) }, "A list change could not be announced");
    }
  }

  async function announceList(
    { userId }: { userId: string },
    outcome: { readonly list: Watchlist } | { readonly kind: ProblemCode },
  ): Promise<Watchlist> {
    if (!("list" in outcome)) throw new Problem(outcome.kind);
    await announce({ kind: "list_changed", userId, list: outcome.list });
    return outcome.list;
  }

  async function rename(change: ListChange & { name: string }): Promise<Watchlist> {
    return announceList(change, await store.renameList(change));
  }

  async function move(change: ListChange & { position: number }): Promise<Watchlist> {
    const list = await announceList(change, await store.moveList(change));
    await announce({ kind: "lists_reordered", userId: change.userId });
    return list;
  }

  return {
    async create({ userId, name }: { userId: string; name: string }) {
      const list = { id: uuidv7(), name, version: 1, tickers: [] };
      return announceList({ userId }, await store.createList({ userId, list }));
    },
    rename,
    move,
    /** Renaming and moving are two changes of the store. A reader between them sees the new name in the old position. */
    async edit({ name, position, ...change }: ListEdit): Promise<Watchlist> {
      const renamed = name === undefined ? undefined : await rename({ ...change, name });
      if (position === undefined) return renamed ?? findList(store, change);
      const condition = renamed && change.ifVersion !== undefined
        ? { ifVersion: renamed.version }
        : {};
      return move({ ...change, ...condition, position });
    },
    async delete(change: ListChange) {
      const outcome = await store.deleteList(change);
      if (!("list" in outcome)) throw new Problem(outcome.kind);
      await announce({ kind: "list_deleted", userId: change.userId, listId: outcome.list.id });
    },
    async add(change: ListChange & { ticker: Ticker; position?: number | undefined }) {
      const outcome = await store.addTicker(change);
      if (!("list" in outcome)) throw new Problem(outcome.kind);
      interest.touch([change.ticker], asUser(change.userId));
      if (outcome.kind === "added") await announceList(change, outcome);
      return outcome;
    },
    async addAll(change: ListChange & { tickers: readonly Ticker[] }) {
      const outcome = await store.addTickers(change);
      if (!("list" in outcome)) throw new Problem(outcome.kind);
      interest.touch(outcome.added, asUser(change.userId));
      if (outcome.kind === "added") await announceList(change, outcome);
      return outcome;
    },
    async moveTicker(change: ListChange & { ticker: Ticker; position: number }) {
      return announceList(change, await store.moveTicker(change));
    },
    async remove(change: ListChange & { ticker: Ticker }) {
      return announceList(change, await store.removeTicker(change));
    },
    async reorder(change: ListChange & { tickers: readonly Ticker[] }) {
      return announceList(change, await store.reorderTickers(change));
    },
  };
}
