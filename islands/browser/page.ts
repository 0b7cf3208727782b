// Owns what the islands of a page share: the clock, the calls of the API, and the list that Search adds to.

import { type ReadonlySignal, signal } from "@preact/signals";
import { type Api, createApi } from "./api.ts";
import type { Clock } from "./ports.ts";

export const browserClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const handle = setTimeout(callback, ms);
    return () => clearTimeout(handle);
  },
};

/** `listId`: the list of the page. A search needs none. */
export function browserApi(listId?: string): Api {
  return createApi((input, init) => fetch(input, init), listId);
}

export function goToSignIn(): void {
  location.assign("/login?signed-out");
}

export interface PageList {
  readonly tickers: ReadonlySignal<readonly string[]>;
  add(security: { ticker: string; name: string }): void;
}

/** The list that Watchlist shows and Search adds to. Set in the browser alone, while the board runs. */
export const pageList = signal<PageList | undefined>(undefined);
