// Owns the names of all lists of a user, in order, for a socket that asked for them. Reads and sends nothing.

import type { ListsMessage } from "../../protocol.ts";
import type { Watchlist } from "../../watchlist.ts";

type Named = Pick<Watchlist, "id" | "name" | "version">;

export class ListNames {
  #lists: readonly Named[] = [];
  #sentText = "";
  /** Only the store knows the place of a new list and a new order. */
  #readState: "none" | "due" | "requested" = "none";

  /** The lists of the store, with the announcements that came during the read. */
  replace(lists: readonly Watchlist[]): void {
    this.#lists = lists.map(({ id, name, version }) => ({ id, name, version }));
    this.#readState = "none";
  }

  /** Instances announce independently: an older change may arrive last. */
  change({ id, name, version }: Watchlist): void {
    const present = this.#lists.find((list) => list.id === id);
    if (!present) return this.reorder();
    if (present.version >= version) return;
    this.#lists = this.#lists.map((list) => list === present ? { id, name, version } : list);
  }

  delete(listId: string): void {
    this.#lists = this.#lists.filter(({ id }) => id !== listId);
  }

  reorder(): void {
    if (this.#readState === "none") this.#readState = "due";
  }

  get isOutdated(): boolean {
    return this.#readState !== "none";
  }

  /** True once, however many lists change before the store is read. */
  shouldRead(): boolean {
    if (this.#readState !== "due") return false;
    this.#readState = "requested";
    return true;
  }

  /** The message to send; undefined if it equals the last one, or while the store is read. */
  message(): string | undefined {
    if (this.isOutdated) return undefined;
    const lists = this.#lists.map(({ id, name }) => ({ id, name }));
    const text = JSON.stringify({ type: "lists", lists } satisfies ListsMessage);
    if (text === this.#sentText) return undefined;
    this.#sentText = text;
    return text;
  }
}
