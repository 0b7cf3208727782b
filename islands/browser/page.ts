// Owns what the page's islands have in common: its clock, its calls to the server, where they meet.

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

/** `listId`: the list of the page; a search has none. */
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

/** The list that Watchlist shows and Search adds to. Written in the browser only, when the list starts. */
export const pageList = signal<PageList | undefined>(undefined);
