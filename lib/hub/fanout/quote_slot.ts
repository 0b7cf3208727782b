// Owns the part of one ticker in the frames of one flush: nothing, its price, or the full quote.

import { briefQuote, fullQuote, quoteDay } from "../../protocol.ts";
import { formatPrice, type Price, type Quote, type Ticker } from "../../quote.ts";

/** The change of a ticker in the ticks since the last flush; the greater one wins. */
export const changes = { unread: 0, none: 1, price: 2, other: 3 } as const;
export type Change = typeof changes[keyof typeof changes];

export class QuoteSlot {
  readonly ticker: Ticker;
  /** Its part of the frames of the present flush, after a comma; "" if nothing is to be sent. */
  fragment = "";
  /** Its part of the day messages of the present flush, in the same form. */
  dayFragment = "";
  #sentDay = "";
  #change: Change = changes.unread;
  /** The stale flag that was sent last. Sockets may have different ones, since a snapshot decides it at its own time. */
  #sentStale: boolean | "differs" | undefined;
  #framedPrice: Price | undefined;
  #priceFrame = "";

  constructor(ticker: Ticker) {
    this.ticker = ticker;
  }

  /** A tick has named the ticker since the last flush. */
  get isRead(): boolean {
    return this.#change !== changes.unread;
  }

  noteChange(change: Change): void {
    if (change > this.#change) this.#change = change;
  }

  /**
   * For a mark: what changed. A client takes a ticker that the frame does not name for read again and unchanged. So
   * the frame names a ticker that could not be read.
   */
  encodeChange(quote: Quote, at: number): void {
    const change = this.#change;
    const isFlagSent = this.#sentStale === quote.stale;
    this.#change = changes.unread;
    this.#sentStale = quote.stale;
    if (!isFlagSent || change === changes.other) {
      this.fragment = fragmentOf(fullQuote(quote, at));
    } else if (
      change === changes.price || (change === changes.unread && quote.session !== "closed")
    ) {
      this.fragment = fragmentOf(briefQuote(quote, at));
    }
  }

  /** For newcomers: the full quote. */
  encodeFull(quote: Quote, at: number): void {
    this.#change = changes.unread;
    this.#sentStale = quote.stale;
    this.fragment = fragmentOf(fullQuote(quote, at));
  }

  /** What changed since the facts were sent last; in whole, for viewers of newcomers, also what did not. */
  encodeDay(quote: Quote, { isWhole = false } = {}): void {
    // Facts that are not known any more are sent too, once.
    const text = quote.day || this.#sentDay !== "" ? fragmentOf(quoteDay(quote)) : "";
    this.dayFragment = isWhole || text !== this.#sentDay ? text : "";
    this.#sentDay = text;
  }

  /** A snapshot told the facts to one socket. Others may have older ones, so only the first counts. */
  noteDay(quote: Quote): void {
    if (this.#sentDay === "") this.#sentDay = fragmentOf(quoteDay(quote));
  }

  /** A snapshot sent the flag to one socket. */
  noteSnapshot(stale: boolean): void {
    if (this.#sentStale === undefined) this.#sentStale = stale;
    else if (this.#sentStale !== stale) this.#sentStale = "differs";
  }

  /** The frame of a stock stream, encoded once for all of them. */
  priceFrame(price: Price): string {
    if (this.#framedPrice !== price) {
      this.#framedPrice = price;
      this.#priceFrame = JSON.stringify({ price: formatPrice(price) });
    }
    return this.#priceFrame;
  }
}

function fragmentOf(quote: readonly unknown[]): string {
  return `,${JSON.stringify(quote)}`;
}
