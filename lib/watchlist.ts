// Owns the watchlist: its shape, its bounds and the rule of its name. Knows no store and no user.

import type { Ticker } from "./quote.ts";

export interface Watchlist {
  readonly id: string;
  /** As `parseListName` returns it. */
  readonly name: string;
  /** Grows with each change. */
  readonly version: number;
  readonly tickers: readonly Ticker[];
}

/** A ticker past this bound is refused: `list_full`. */
export const listTickersMax = 200;
/** A user's next list past this bound is refused: `too_many_lists`. */
export const listsMax = 50;
/** Each user starts with one list of this name. */
export const firstListName = "My watchlist";

/** In code points. */
export const listNameLengthMax = 60;
/** Longer texts are refused before they are normalized. In UTF-16 units. */
const listNameTextMax = 1_000;

/** What a user reads when `parseListName` refuses a name. */
export const listNameFault =
  `Give the list a name of 1 to ${listNameLengthMax} visible characters.`;

/** Refuses a name without a visible character and a name that breaks a line. */
export function parseListName(text: string): string | undefined {
  if (text.length > listNameTextMax) return undefined;
  const name = text.normalize("NFC").trim();
  const isValid = name.isWellFormed() && [...name].length <= listNameLengthMax &&
    /[\p{L}\p{N}\p{P}\p{S}]/u.test(name) && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(name);
  return isValid ? name : undefined;
}
