// Owns changing lists: makes each change in the store, then announces it. Throws a Problem if the store or the limit refuses it.

import { v7 as uuidv7 } from "uuid";
import type { Bus } from "../bus/bus.ts";
import type { Clock } from "../clock.ts";
import { Problem, type ProblemCode } from "../errors.ts";
import { asUser, type RequestInterest } from "../interest/interest.ts";
import type { Log } from "../log.ts";
import type { Ticker } from "../quote.ts";
import type { ListChange, ListOrderStore, ListStore } from "../store/store.ts";
import type { Watchlist } from "../watchlist.ts";
import { createChangeLimit } from "./change_limit.ts";
import { findList } from "./find_list.ts";
import { createListAnnouncer } from "./announcer.ts";

interface ListEdit extends ListChange {
  readonly name?: string | undefined;
  readonly position?: number | undefined;
}

export interface ListChangesOptions {
  readonly store: ListStore & ListOrderStore;
  readonly bus: Pick<Bus, "announce">;
  readonly interest: Pick<RequestInterest, "touch">;
  readonly clock: Clock;
  readonly log: Log;
}

interface Accepted {
  readonly list: Watchlist;
}

export type ListChanges = ReturnType<typeof createListChanges>;

export function createListChanges({ store, bus, interest, clock, log }: ListChangesOptions) {
  const { announce, close } = createListAnnouncer({ bus, clock, log });
  const { take, giveBack } = createChangeLimit({ clock });

  /** A refused change does not count: two devices that change one list at once refuse each other's changes. */
  function accepted<O extends Accepted | { readonly kind: ProblemCode }>(
    { userId }: { userId: string },
    outcome: O,
  ): Extract<O, Accepted> {
    if ("list" in outcome) return outcome as Extract<O, Accepted>;
    giveBack(userId);
    throw new Problem(outcome.kind);
  }

  async function announceList(
    { userId }: { userId: string },
    outcome: Accepted | { readonly kind: ProblemCode },
  ): Promise<Watchlist> {
    const { list } = accepted({ userId }, outcome);
    await announce({ kind: "list_changed", userId, list });
    return list;
  }

  async function renameList(change: ListChange & { name: string }): Promise<Watchlist> {
    return announceList(change, await store.renameList(change));
  }

  async function moveList(change: ListChange & { position: number }): Promise<Watchlist> {
    const list = await announceList(change, await store.moveList(change));
    await announce({ kind: "lists_reordered", userId: change.userId });
    return list;
  }

  return {
    async create({ userId, name }: { userId: string; name: string }) {
      take(userId);
      const list = { id: uuidv7(), name, version: 1, tickers: [] };
      return announceList({ userId }, await store.createList({ userId, list }));
    },
    async rename(change: ListChange & { name: string }) {
      take(change.userId);
      return await renameList(change);
    },
    async move(change: ListChange & { position: number }) {
      take(change.userId);
      return await moveList(change);
    },
    /** Renaming and moving are two changes of the store. A reader between them sees the new name in the old position. */
    async edit({ name, position, ...change }: ListEdit): Promise<Watchlist> {
      take(change.userId);
      const renamed = name === undefined ? undefined : await renameList({ ...change, name });
      if (position === undefined) return renamed ?? findList(store, change);
      const condition = renamed && change.ifVersion !== undefined
        ? { ifVersion: renamed.version }
        : {};
      return moveList({ ...change, ...condition, position });
    },
    async delete(change: ListChange) {
      take(change.userId);
      const { list } = accepted(change, await store.deleteList(change));
      await announce({ kind: "list_deleted", userId: change.userId, listId: list.id });
    },
    async add(change: ListChange & { ticker: Ticker; position?: number | undefined }) {
      take(change.userId);
      const outcome = accepted(change, await store.addTicker(change));
      interest.touch([change.ticker], asUser(change.userId));
      if (outcome.kind === "added") await announceList(change, outcome);
      return outcome;
    },
    async addAll(change: ListChange & { tickers: readonly Ticker[] }) {
      take(change.userId);
      const outcome = accepted(change, await store.addTickers(change));
      interest.touch(outcome.added, asUser(change.userId));
      if (outcome.kind === "added") await announceList(change, outcome);
      return outcome;
    },
    async moveTicker(change: ListChange & { ticker: Ticker; position: number }) {
      take(change.userId);
      return announceList(change, await store.moveTicker(change));
    },
    async remove(change: ListChange & { ticker: Ticker }) {
      take(change.userId);
      return announceList(change, await store.removeTicker(change));
    },
    async reorder(change: ListChange & { tickers: readonly Ticker[] }) {
      take(change.userId);
      return announceList(change, await store.reorderTickers(change));
    },
    /** Announces the changes that still wait. */
    close,
  };
}
