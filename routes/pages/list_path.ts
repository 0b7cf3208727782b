// Owns the page's address of a list.

/** The first list needs no parameter. */
export function listPath(listId: string | "first"): string {
  return listId === "first" ? "/watchlist" : `/watchlist?list=${encodeURIComponent(listId)}`;
}
