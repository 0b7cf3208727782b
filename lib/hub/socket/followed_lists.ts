// Owns the lists that a socket follows, with their newest content. Sends nothing.

import { liveLimits } from "../../protocol.ts";
import type { Ticker } from "../../quote.ts";
import type { Watchlist } from "../../watchlist.ts";
import type { LoadLists } from "../hub_ports.ts";
import type { ListNames } from "./list_names.ts";

/** "first": the user's first list may be another one now, so the store must be read again. */
export type Change = "changed" | "first" | "ignored";

/** If the order changes again and again, the result of the last of these reads counts. */
const readsMax = 3;

export type FollowOutcome =
  | { readonly kind: "followed"; readonly unknown: readonly string[] }
  | { readonly kind: "too_many_tickers" };

export class FollowedLists {
  readonly #load: LoadLists;
  readonly #names: ListNames | undefined;
  #lists = new Map<string, Watchlist>();
  /** It follows the user's first list, until the client chooses lists. */
  #isFirst = true;
  /** A read of the first list is under way or planned. */
  #isFirstDue = false;
  /** The announcements during a read of the store, by list: the answer of the store may be older. */
  #announcedDuringRead: Map<string, Watchlist | "deleted"> | undefined;
  #isReorderedDuringRead = false;

  /** `names` follow the same reads: one read of the store serves both. */
  constructor(load: LoadLists, names?: ListNames) {
    this.#load = load;
    this.#names = names;
  }

  get isFirst(): boolean {
    return this.#isFirst;
  }

  lists(): readonly Watchlist[] {
    return [...this.#lists.values()];
  }

  /** At most 400: the tickers of lists that grew past the bound are cut. */
  tickers(): Set<Ticker> {
    const tickers = distinctTickers(this.#lists.values());
    return tickers.size > liveLimits.followedMax
      ? new Set([...tickers].slice(0, liveLimits.followedMax))
      : tickers;
  }

  async followFirst(userId: string): Promise<void> {
    this.#isFirstDue = true;
    const [first] = await this.#read(userId);
    this.#isFirst = true;
    this.#isFirstDue = false;
    this.#lists = new Map(first ? [[first.id, first]] : []);
  }

  async follow(ids: readonly string[], userId: string): Promise<FollowOutcome> {
    const all = new Map((await this.#read(userId)).map((list) => [list.id, list]));
    const found = new Map<string, Watchlist>();
    for (const id of ids) {
      const list = all.get(id);
      if (list) found.set(id, list);
    }
    if (distinctTickers(found.values()).size > liveLimits.followedMax) {
      return { kind: "too_many_tickers" };
    }
    this.#isFirst = false;
    this.#lists = found;
    return { kind: "followed", unknown: ids.filter((id) => !all.has(id)) };
  }

  async readNames(userId: string): Promise<void> {
    await this.#read(userId);
  }

  change(list: Watchlist): Change {
    this.#noteAnnounced(list);
    this.#names?.change(list);
    const present = this.#lists.get(list.id);
    if (present && present.version < list.version) {
      this.#lists.set(list.id, list);
      return "changed";
    }
    return this.#lists.size === 0 ? this.#requestFirst() : "ignored";
  }

  delete(listId: string): Change {
    this.#announcedDuringRead?.set(listId, "deleted");
    this.#names?.delete(listId);
    if (!this.#lists.delete(listId)) return "ignored";
    return this.#isFirst ? this.#requestFirst() : "changed";
  }

  /** Instances announce independently: an older change may arrive last. */
  #noteAnnounced(list: Watchlist): void {
    const newest = this.#announcedDuringRead?.get(list.id);
    if (newest === "deleted" || newest && newest.version > list.version) return;
    this.#announcedDuringRead?.set(list.id, list);
  }

  reorder(): Change {
    this.#isReorderedDuringRead = true;
    this.#names?.reorder();
    return this.#requestFirst();
  }

  /** One request is enough, however many lists change before the store is read. */
  #requestFirst(): Change {
    if (!this.#isFirst || this.#isFirstDue) return "ignored";
    this.#isFirstDue = true;
    return "first";
  }

  async #read(userId: string): Promise<readonly Watchlist[]> {
    const announced = new Map<string, Watchlist | "deleted">();
    this.#announcedDuringRead = announced;
    try {
      const lists = new Map((await this.#inOrder(userId)).map((list) => [list.id, list]));
      for (const [id, list] of announced) {
        if (list === "deleted") lists.delete(id);
        else if ((lists.get(id)?.version ?? 0) < list.version) lists.set(id, list);
      }
      const newest = [...lists.values()];
      this.#names?.replace(newest);
      return newest;
    } finally {
      this.#announcedDuringRead = undefined;
    }
  }

  /** Reads again if the order changed meanwhile: unlike a list's content, an order is not announced as a whole. */
  async #inOrder(userId: string): Promise<readonly Watchlist[]> {
    for (let reads = 1;; reads++) {
      this.#isReorderedDuringRead = false;
      const lists = await this.#load(userId);
      if (!this.#isReorderedDuringRead || reads >= readsMax) return lists;
    }
  }
}

function distinctTickers(lists: Iterable<Watchlist>): Set<Ticker> {
  const tickers = new Set<Ticker>();
  for (const list of lists) for (const ticker of list.tickers) tickers.add(ticker);
  return tickers;
}
