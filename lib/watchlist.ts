// Owns the watchlist: its type, its bounds and the rule for its name. Knows no store and no user.

import type { Ticker } from "./quote.ts";

export interface Watchlist {
  readonly id: string;
  /** In the form that `parseListName` returns. */
  readonly name: string;
  /** Increases with each change. */
  readonly version: number;
  readonly tickers: readonly Ticker[];
}

/** A further ticker is refused with `list_full`. */
export const listTickersMax = 200;
/** A further list of the user is refused with `too_many_lists`. */
export const listsMax = 50;
/** Each new user has one list with this name. */
export const firstListName = "My watchlist";

/** In code points. */
export const listNameLengthMax = 60;
/** In UTF-16 units. A longer text is refused before it is normalized. */
const listNameTextMax = 1_000;

/** The message for the user if `parseListName` refuses a name. */
export const listNameFault =
  `Give the list a name of 1 to ${listNameLengthMax} visible characters.`;

/** Undefined if the name is too long, has no visible character, or contains a line break. */
export function parseListName(text: string): string | undefined {
  if (text.length > listNameTextMax) return undefined;
  const name = text.normalize("NFC").trim();
  const isValid = name.isWellFormed() && [...name].length <= listNameLengthMax &&
    /[\p{L}\p{N}\p{P}\p{S}]/u.test(name) && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(name);
  return isValid ? name : undefined;
}
