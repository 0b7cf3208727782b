// Owns where the page's islands meet: the list that Watchlist shows and Search adds to.
// Written in the browser only, when the list starts; the server never shares it between requests.

import { type ReadonlySignal, signal } from "@preact/signals";

export interface PageList {
  readonly tickers: ReadonlySignal<readonly string[]>;
  add(security: { ticker: string; name: string }): void;
}

export const pageList = signal<PageList | undefined>(undefined);
