// Owns the edits of a watchlist as pure functions: its tickers, its name, its version.

import type { Ticker } from "../../quote.ts";
import { listTickersMax, type Watchlist } from "../../watchlist.ts";
import type {
  AddAllOutcome,
  AddOutcome,
  MoveOutcome,
  RemoveOutcome,
  RenameListOutcome,
  ReorderOutcome,
} from "../store.ts";

// An edit that changes nothing returns the same object, so the version stays.

export function addToList(
  list: Watchlist,
  { ticker, position = list.tickers.length }: { ticker: Ticker; position?: number | undefined },
): AddOutcome {
  if (list.tickers.includes(ticker)) return { kind: "present", list };
  if (list.tickers.length >= listTickersMax) return { kind: "list_full" };
  return { kind: "added", list: withTickers(list, list.tickers.toSpliced(position, 0, ticker)) };
}

export function addAllToList(list: Watchlist, tickers: readonly Ticker[]): AddAllOutcome {
  const placesLeft = listTickersMax - list.tickers.length;
  const added = [...new Set(tickers).difference(new Set(list.tickers))].slice(0, placesLeft);
  if (added.length === 0) return { kind: "present", list, added };
  return { kind: "added", list: withTickers(list, [...list.tickers, ...added]), added };
}

export function moveInList(
  list: Watchlist,
  { ticker, position }: { ticker: Ticker; position: number },
): MoveOutcome {
  if (!list.tickers.includes(ticker)) return { kind: "not_on_list" };
  return { kind: "moved", list: inOrder(list, moved(list.tickers, { item: ticker, position })) };
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
  return { kind: "reordered", list: inOrder(list, tickers) };
}

export function renameList(list: Watchlist, name: string): RenameListOutcome {
  const renamed = { ...list, name, version: list.version + 1 };
  return { kind: "renamed", list: name === list.name ? list : renamed };
}

/** A position past the end is the end. */
export function moved<T>(
  items: readonly T[],
  { item, position }: { item: T; position: number },
): T[] {
  return items.filter((other) => other !== item).toSpliced(position, 0, item);
}

function inOrder(list: Watchlist, tickers: readonly Ticker[]): Watchlist {
  const sameOrder = tickers.every((ticker, index) => ticker === list.tickers[index]);
  return sameOrder ? list : withTickers(list, tickers);
}

function withTickers(list: Watchlist, tickers: readonly Ticker[]): Watchlist {
  return { ...list, version: list.version + 1, tickers: [...tickers] };
}
