// Owns what the sockets of one ticker are told in one flush: nothing, its price, or all of it.

import { briefQuote, fullQuote } from "../../protocol.ts";
import { formatPrice, type Price, type Quote, type Ticker } from "../../quote.ts";

/** What the ticks since the last flush said of a ticker; the greater one wins. */
export const news = { unread: 0, same: 1, price: 2, other: 3 } as const;
export type News = typeof news[keyof typeof news];

export class QuoteSlot {
  readonly ticker: Ticker;
  /** Its part of the frames of the present flush, a comma before it; "" when there is nothing to tell. */
  fragment = "";
  #news: News = news.unread;
  /** The stale flag its sockets know. They may differ, as a snapshot decides it when it is asked for. */
  #toldStale: boolean | "differs" | undefined;
  #framedPrice: Price | undefined;
  #priceFrame = "";

  constructor(ticker: Ticker) {
    this.ticker = ticker;
  }

  get hasNews(): boolean {
    return this.#news !== news.unread;
  }

  hear(heard: News): void {
    if (heard > this.#news) this.#news = heard;
  }

  /** A mark: what changed. A ticker not named was read again, so one that could not be read is named. */
  tellChange(quote: Quote, at: number): void {
    const heard = this.#news;
    const knowFlag = this.#toldStale === quote.stale;
    this.#news = news.unread;
    this.#toldStale = quote.stale;
    if (!knowFlag || heard === news.other) {
      this.fragment = fragmentOf(fullQuote(quote, at));
    } else if (heard === news.price || (heard === news.unread && quote.session !== "closed")) {
      this.fragment = fragmentOf(briefQuote(quote, at));
    }
  }

  /** Newcomers: all of it. */
  tellAll(quote: Quote, at: number): void {
    this.#news = news.unread;
    this.#toldStale = quote.stale;
    this.fragment = fragmentOf(fullQuote(quote, at));
  }

  /** One socket was told outside a flush. */
  noteTold(stale: boolean): void {
    if (this.#toldStale === undefined) this.#toldStale = stale;
    else if (this.#toldStale !== stale) this.#toldStale = "differs";
  }

  /** The frame of a stock stream, made once for all of them. */
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
