// Owns the tickers that a client subscribed to. Sends nothing.

import { type Alias, readTickers } from "../../protocol.ts";
import type { Ticker } from "../../quote.ts";
import type { ReadTicker } from "../hub_ports.ts";

export type SubscribeOutcome =
  | {
    readonly kind: "subscribed";
    readonly known: readonly Ticker[];
    /** The texts that are another spelling of a known ticker. */
    readonly aliases: readonly Alias[];
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
    { max, readTicker }: { max: number; readTicker: ReadTicker },
  ): SubscribeOutcome {
    const { tickers: known, aliases, others: unknown } = readTickers(texts, readTicker);
    const tickers = this.#tickers.union(new Set(known));
    if (tickers.size + unknown.length > max) return { kind: "too_many_tickers" };
    this.#tickers = tickers;
    return { kind: "subscribed", known, aliases, unknown };
  }

  remove(texts: readonly string[], { readTicker }: { readTicker: ReadTicker }): void {
    this.#tickers = this.#tickers.difference(new Set(readTickers(texts, readTicker).tickers));
  }
}
