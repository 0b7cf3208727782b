// Owns the names of all of a user's lists, in order, for a socket that asked to be told. Reads and sends nothing.

import type { ListsMessage } from "../../protocol.ts";
import type { Watchlist } from "../../watchlist.ts";

type Named = Pick<Watchlist, "id" | "name" | "version">;

export class ListNames {
  #lists: readonly Named[] = [];
  #told = "";
  /** A new list's place and a new order are known to the store alone. */
  #reading: "none" | "due" | "asked" = "none";

  /** The store's word, and what was announced while it was read. */
  take(lists: readonly Watchlist[]): void {
    this.#lists = lists.map(({ id, name, version }) => ({ id, name, version }));
    this.#reading = "none";
  }

  /** Instances announce without waiting for each other: an older change may come last. */
  change({ id, name, version }: Watchlist): void {
    const held = this.#lists.find((list) => list.id === id);
    if (!held) return this.reorder();
    if (held.version >= version) return;
    this.#lists = this.#lists.map((list) => list === held ? { id, name, version } : list);
  }

  delete(listId: string): void {
    this.#lists = this.#lists.filter(({ id }) => id !== listId);
  }

  reorder(): void {
    if (this.#reading === "none") this.#reading = "due";
  }

  get isOutdated(): boolean {
    return this.#reading !== "none";
  }

  /** True once, however many lists change until the store was read. */
  shouldRead(): boolean {
    if (this.#reading !== "due") return false;
    this.#reading = "asked";
    return true;
  }

  /** What is to be sent; undefined while nothing differs from what was, or the store is being read. */
  news(): string | undefined {
    if (this.isOutdated) return undefined;
    const lists = this.#lists.map(({ id, name }) => ({ id, name }));
    const text = JSON.stringify({ type: "lists", lists } satisfies ListsMessage);
    if (text === this.#told) return undefined;
    this.#told = text;
    return text;
  }
}
