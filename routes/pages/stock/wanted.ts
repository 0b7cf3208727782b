// Owns the stock that a stranger wanted to add: the pages of sign-in carry it in their address, add it, and lead back to it.

import type { Context } from "hono";
import type { Deps } from "../../../lib/deps.ts";
import { Problem } from "../../../lib/errors.ts";
import type { Ticker } from "../../../lib/quote.ts";
import { findAddable } from "../../../lib/securities/find_security.ts";
import { stockPath } from "./path.ts";

/** Only a known ticker: the address cannot lead elsewhere. */
export function wantedStock(
  c: Context,
  { securities }: Pick<Deps, "securities">,
): Ticker | undefined {
  const text = c.req.query("add");
  if (text === undefined) return undefined;
  try {
    return findAddable(securities, text).ticker;
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

/** The address of a page of sign-in that carries the stock on. */
export function pathWith(page: "/login" | "/register", ticker: string | undefined): string {
  return ticker === undefined ? page : `${page}?add=${encodeURIComponent(ticker)}`;
}

/** Adds the stock to the user's first list. Returns where the user goes on. */
export async function addWanted(
  ticker: Ticker | undefined,
  { userId, lists }: { userId: string } & Pick<Deps, "lists">,
): Promise<string> {
  if (ticker === undefined) return "/watchlist";
  try {
    await lists.add({ userId, listId: "first", ticker });
    return stockPath(ticker);
  } catch (error) {
    // The user is signed in. A full list, or a store that just stopped to answer, must not show the form again.
    if (error instanceof Problem) return `${stockPath(ticker)}?not-added`;
    throw error;
  }
}
