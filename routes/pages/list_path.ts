// Owns the addresses of a list's pages.

/** The first list needs no parameter. */
export function listPath(listId: string | "first"): string {
  return listId === "first" ? "/watchlist" : `/watchlist?list=${encodeURIComponent(listId)}`;
}

export function arrangePath(listId: string): string {
  return `/watchlist/arrange?list=${encodeURIComponent(listId)}`;
}
