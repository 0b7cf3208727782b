// Owns the tickers that a client subscribed to. Sends nothing.

import { parseTickers } from "../../protocol.ts";
import type { Ticker } from "../../quote.ts";

export type SubscribeOutcome =
  | {
    readonly kind: "subscribed";
    readonly known: readonly Ticker[];
    /** The texts that are not tickers, and the tickers that are not in the universe. */
    readonly unknown: readonly string[];
  }
  | { readonly kind: "too_many_tickers" };

export class Subscription {
  #tickers: ReadonlySet<Ticker> = new Set();

  get tickers(): ReadonlySet<Ticker> {
    return this.#tickers;
  }

  /** Adds the known tickers. Adds none of them if the client would have more than `max`. */
  add(
    texts: readonly string[],
    { max, isKnown }: { max: number; isKnown: (ticker: Ticker) => boolean },
  ): SubscribeOutcome {
    const { tickers, others } = parseTickers(texts);
    if (this.#tickers.union(new Set(tickers)).size + others.length > max) {
      return { kind: "too_many_tickers" };
    }
    const known = tickers.filter((ticker) => isKnown(ticker));
    const unknown = [...tickers.filter((ticker) => !isKnown(ticker)), ...others];
    this.#tickers = this.#tickers.union(new Set(known));
    return { kind: "subscribed", known, unknown };
  }

  remove(texts: readonly string[]): void {
    this.#tickers = this.#tickers.difference(new Set(parseTickers(texts).tickers));
  }
}
