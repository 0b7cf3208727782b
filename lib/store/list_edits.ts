// Owns what an edit does to a watchlist's tickers and version. Pure: reads and keeps nothing.

import type { Ticker } from "../quote.ts";
import {
  type AddOutcome,
  listTickersMax,
  type RemoveOutcome,
  type ReorderOutcome,
  type Watchlist,
} from "./store.ts";

// An edit that changes nothing returns the very list it was given, so its version stays.

export function addToList(list: Watchlist, ticker: Ticker): AddOutcome {
  if (list.tickers.includes(ticker)) return { kind: "present", list };
  if (list.tickers.length >= listTickersMax) return { kind: "list_full" };
  return { kind: "added", list: withTickers(list, [...list.tickers, ticker]) };
}

export function removeFromList(list: Watchlist, ticker: Ticker): RemoveOutcome {
  if (!list.tickers.includes(ticker)) return { kind: "not_on_list" };
  const tickers = list.tickers.filter((other) => other !== ticker);
  return { kind: "removed", list: withTickers(list, tickers) };
}

export function reorderList(list: Watchlist, tickers: readonly Ticker[]): ReorderOutcome {
  const wanted = new Set(tickers);
  const sameSet = wanted.size === tickers.length && wanted.size === list.tickers.length &&
    list.tickers.every((ticker) => wanted.has(ticker));
  if (!sameSet) return { kind: "set_differs" };
  const sameOrder = tickers.every((ticker, index) => ticker === list.tickers[index]);
  return { kind: "reordered", list: sameOrder ? list : withTickers(list, tickers) };
}

function withTickers(list: Watchlist, tickers: readonly Ticker[]): Watchlist {
  return { ...list, version: list.version + 1, tickers: [...tickers] };
}
