// Owns which of its user's lists a socket follows, and their newest content. Sends nothing.

import { liveLimits } from "../../protocol.ts";
import type { Ticker } from "../../quote.ts";
import type { Watchlist } from "../../watchlist.ts";
import type { LoadLists } from "../hub_ports.ts";
import type { ListNames } from "./list_names.ts";

/** "first": which list is the user's first one must be read anew. */
export type Change = "changed" | "first" | "ignored";

/** A user who moves lists without end is answered in the order of the last of these reads. */
const readsMax = 3;

export type FollowOutcome =
  | { readonly kind: "followed"; readonly unknown: readonly string[] }
  | { readonly kind: "too_many_tickers" };

export class FollowedLists {
  readonly #load: LoadLists;
  readonly #names: ListNames | undefined;
  #lists = new Map<string, Watchlist>();
  /** The user's first list, until the client says otherwise. */
  #isFirst = true;
  /** It is being read, or will be. */
  #isFirstDue = false;
  /** By list, what was announced while the store was read: the answer may be older than it. */
  #newsDuringRead: Map<string, Watchlist | "deleted"> | undefined;
  #isReorderedDuringRead = false;

  /** `names` are kept beside: one read of the store serves both. */
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

  /** At most 400: lists that have grown past it since they were followed are cut. */
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
    this.#keepNews(list);
    this.#names?.change(list);
    const held = this.#lists.get(list.id);
    if (held && held.version < list.version) {
      this.#lists.set(list.id, list);
      return "changed";
    }
    return this.#lists.size === 0 ? this.#askForFirst() : "ignored";
  }

  delete(listId: string): Change {
    this.#newsDuringRead?.set(listId, "deleted");
    this.#names?.delete(listId);
    if (!this.#lists.delete(listId)) return "ignored";
    return this.#isFirst ? this.#askForFirst() : "changed";
  }

  /** Instances announce without waiting for each other: an older change may come last. */
  #keepNews(list: Watchlist): void {
    const news = this.#newsDuringRead?.get(list.id);
    if (news === "deleted" || news && news.version > list.version) return;
    this.#newsDuringRead?.set(list.id, list);
  }

  reorder(): Change {
    this.#isReorderedDuringRead = true;
    this.#names?.reorder();
    return this.#askForFirst();
  }

  /** Asked for once, however many lists change until the store was read. */
  #askForFirst(): Change {
    if (!this.#isFirst || this.#isFirstDue) return "ignored";
    this.#isFirstDue = true;
    return "first";
  }

  async #read(userId: string): Promise<readonly Watchlist[]> {
    const news = new Map<string, Watchlist | "deleted">();
    this.#newsDuringRead = news;
    try {
      const lists = new Map((await this.#inOrder(userId)).map((list) => [list.id, list]));
      for (const [id, list] of news) {
        if (list === "deleted") lists.delete(id);
        else if ((lists.get(id)?.version ?? 0) < list.version) lists.set(id, list);
      }
      const newest = [...lists.values()];
      this.#names?.take(newest);
      return newest;
    } finally {
      this.#newsDuringRead = undefined;
    }
  }

  /** Read again when the order changed meanwhile: unlike a list's content, it was not announced whole. */
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
